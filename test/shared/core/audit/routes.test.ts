import { type RoutingSeen, routesOf } from '../../../../shared/core/audit/routes';

const LABELS = { app: 'istio-web', istio: 'web' };

function routing(changes: Partial<RoutingSeen>): RoutingSeen {
  return {
    gateways: [{ namespace: 'shop', name: 'entry', selector: { istio: 'web' } }],
    virtualServices: [{ namespace: 'shop', gateways: ['entry'], hosts: ['cart'] }],
    destinationRules: [],
    ...changes,
  };
}

it('leads to the services of VirtualServices that name a Gateway of its pods', () => {
  expect(routesOf(routing({}), LABELS)).toEqual([{ namespace: 'shop', service: 'cart', rule: undefined }]);
});

it.each([
  ['of another gateway', routing({ gateways: [{ namespace: 'shop', name: 'entry', selector: { istio: 'other' } }] })],
  [
    'of a Gateway of that name elsewhere',
    routing({ gateways: [{ namespace: 'else', name: 'entry', selector: { istio: 'web' } }] }),
  ],
  ['inside the mesh', routing({ virtualServices: [{ namespace: 'shop', gateways: ['mesh'], hosts: ['cart'] }] })],
  [
    'to hosts outside',
    routing({
      virtualServices: [
        { namespace: 'shop', gateways: ['entry'], hosts: ['api.example.com', '*.shop', 'cart; rm', '.', ''] },
      ],
    }),
  ],
])('leads nowhere by routes %s', (_, seen) => {
  expect(routesOf(seen, LABELS)).toEqual([]);
});

it('takes every spelling of a service for the same', () => {
  const hosts = ['cart', 'cart.shop', 'cart.shop.svc', 'cart.shop.svc.cluster.local', 'pay.bank'];
  const seen = routing({
    gateways: [{ namespace: 'istio-system', name: 'entry', selector: { app: 'istio-web' } }],
    virtualServices: [{ namespace: 'shop', gateways: ['istio-system/entry'], hosts }],
  });
  expect(routesOf(seen, LABELS).map(({ namespace, service }) => `${namespace}/${service}`)).toEqual([
    'bank/pay',
    'shop/cart',
  ]);
});

it('finds the rule of a service, whichever way it spells the host, and no rule of its namesake elsewhere', () => {
  const rule = { namespace: 'rules', name: 'r', host: 'cart.shop.svc.cluster.local', outlierDetection: true };
  const namesake = { namespace: 'rules', name: 'n', host: 'cart', outlierDetection: false };
  const [route] = routesOf(routing({ destinationRules: [namesake, rule] }), LABELS);
  expect(route?.rule).toEqual(rule);
});

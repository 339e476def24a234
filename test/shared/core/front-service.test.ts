import { type ServiceShape, sameShape, shapingAnnotations } from '../../../shared/core/front-service';

const OF_CONTROLLER = 'service.beta.kubernetes.io/alibaba-cloud-loadbalancer-';

it('takes over what shapes listeners and backends, never what shapes the instance', () => {
  expect(
    shapingAnnotations({
      [`${OF_CONTROLLER}scheduler`]: 'wlc',
      [`${OF_CONTROLLER}connection-drain-timeout`]: '30',
      'service.beta.kubernetes.io/backend-type': 'eni',
      [`${OF_CONTROLLER}id`]: 'lb-1',
      [`${OF_CONTROLLER}spec`]: 'slb.s3.large',
      [`${OF_CONTROLLER}additional-resource-tags`]: 'team=web',
      [`${OF_CONTROLLER}force-override-listeners`]: 'true',
      [`${OF_CONTROLLER}delete-protection`]: 'on',
      'gateway-autopilot/stage': 'serving',
      'kubectl.kubernetes.io/last-applied-configuration': '{}',
    }),
  ).toEqual({
    [`${OF_CONTROLLER}scheduler`]: 'wlc',
    [`${OF_CONTROLLER}connection-drain-timeout`]: '30',
    'service.beta.kubernetes.io/backend-type': 'eni',
  });
});

describe('the same shape', () => {
  const http = { name: 'http2', protocol: 'TCP', port: 80, targetPort: 8080, appProtocol: undefined };
  const https = { ...http, name: 'https', port: 443, targetPort: 8443 };
  const shape: ServiceShape = {
    selector: { app: 'gateway', istio: 'ingress' },
    ports: [http, https],
    externalTrafficPolicy: 'Local',
    annotations: { a: '1', b: '2' },
  };

  it('does not depend on the order of what has none', () => {
    const turned: ServiceShape = {
      selector: { istio: 'ingress', app: 'gateway' },
      ports: [https, http],
      externalTrafficPolicy: 'Local',
      annotations: { b: '2', a: '1' },
    };
    expect(sameShape(shape, turned)).toBe(true);
  });

  it.each<[what: string, changes: Partial<ServiceShape>]>([
    ['selector', { selector: { app: 'gateway' } }],
    ['a port less', { ports: [http] }],
    ['another target port', { ports: [http, { ...https, targetPort: 9443 }] }],
    ['a target port by name', { ports: [http, { ...https, targetPort: '8443' }] }],
    ['another protocol', { ports: [http, { ...https, protocol: 'UDP' }] }],
    ['traffic policy', { externalTrafficPolicy: 'Cluster' }],
    ['annotation', { annotations: { a: '1' } }],
  ])('differs by %s', (_, changes) => {
    expect(sameShape(shape, { ...shape, ...changes })).toBe(false);
  });
});

import { targetsOf } from '../../cli/route';
import { loadConfiguration } from '../../shared/config/load';
import type { Command } from '../../shared/event';
import { EXAMPLE } from './a-world';

const WHO = { owner: 'li.wei', reason: 'a test' } as const;
const A = 'cn-hangzhou';
const B = 'cn-shanghai';

const scaling = (...regions: string[]) => ({ function: 'scale-gateway', regions, ask: 'each' });
const balancing = (...regions: string[]) => ({ function: 'attach-clb', regions, ask: 'each' });
const publishing = (...regions: string[]) => ({ function: 'failover-dns', regions, ask: 'first' });

it.each<[what: string, command: Command, region: string | undefined, targets: readonly object[]]>([
  ['a look at all', { action: 'look' }, undefined, [scaling(A, B), balancing(A, B), publishing(A, B)]],
  [
    'a look at one that is in one region and has neither extra CLBs nor names',
    { action: 'look', gateway: 'api-gateway' },
    undefined,
    [scaling(A)],
  ],
  ['a look in one region', { action: 'look' }, B, [scaling(B), balancing(B), publishing(B)]],
  [
    'a pin of replicas',
    { action: 'scale', gateway: 'ingressgateway', replicas: 3, ...WHO },
    undefined,
    [scaling(A, B)],
  ],
  ['a hold', { action: 'hold', gateway: 'api-gateway', ...WHO }, undefined, [scaling(A)]],
  ['a protection', { action: 'protect', gateway: 'ingressgateway', floor: 3, ...WHO }, B, [scaling(B)]],
  ['extra CLBs', { action: 'attach', gateway: 'ingressgateway', extra: 1, ...WHO }, undefined, [balancing(A, B)]],
  ['fewer of them', { action: 'release', gateway: 'ingressgateway', extra: 0, ...WHO }, undefined, [balancing(A, B)]],
  [
    'a drain, the region itself last',
    { action: 'drain', gateway: 'ingressgateway', region: A, ...WHO },
    undefined,
    [publishing(B, A)],
  ],
  [
    'a pin to a region, that one first',
    { action: 'pin', gateway: 'ingressgateway', region: B, ...WHO },
    undefined,
    [publishing(B, A)],
  ],
  ['an adoption', { action: 'adopt', name: 'www.example.com', ...WHO }, undefined, [publishing(A, B)]],
  [
    'an end of everything',
    { action: 'resume', gateway: 'ingressgateway', ...WHO },
    undefined,
    [scaling(A, B), publishing(A, B)],
  ],
  ['an end where there is no name', { action: 'resume', gateway: 'api-gateway', ...WHO }, undefined, [scaling(A)]],
  ['a freeze', { action: 'freeze', ...WHO }, undefined, [publishing(A, B)]],
  ['a freeze of one cluster', { action: 'freeze', ...WHO }, B, [scaling(B)]],
  [
    'the plan of a gateway',
    { action: 'apply', gateway: 'ingressgateway', plan: '0123456789ab', ...WHO },
    undefined,
    [scaling(A, B), balancing(A, B)],
  ],
  [
    'the plan of a name',
    { action: 'apply', name: 'www.example.com', plan: '0123456789ab', ...WHO },
    undefined,
    [publishing(A, B)],
  ],
  [
    'a probe, also where there is nothing else',
    { action: 'probe' },
    undefined,
    [{ function: 'probe-region', regions: [A, B, 'cn-beijing'], ask: 'each' }],
  ],
  [
    'a check, each function in each of its regions',
    { action: 'check' },
    undefined,
    [
      scaling(A, B),
      balancing(A, B),
      { ...publishing(A, B), ask: 'each' },
      { function: 'probe-region', regions: [A, B, 'cn-beijing'], ask: 'each' },
      { function: 'audit-gateway', regions: [A, B], ask: 'each' },
    ],
  ],
])('%s goes to the functions that it is for', (_, command, region, targets) => {
  expect(targetsOf(command, loadConfiguration(EXAMPLE, 'autopilot.yaml'), region)).toEqual(targets);
});

it('leaves out names that others publish', () => {
  const configuration = loadConfiguration(EXAMPLE.replace('publish: observe', 'publish: none'), 'autopilot.yaml');
  expect(targetsOf({ action: 'look' }, configuration, undefined)).toEqual([scaling(A, B), balancing(A, B)]);
});

it('leaves also names that others publish by now, where there are any', () => {
  const uninstall: Command = { action: 'uninstall', ...WHO };
  const none = EXAMPLE.replace('publish: observe', 'publish: none');
  const targets = targetsOf(uninstall, loadConfiguration(none, 'autopilot.yaml'), undefined);
  expect(targets).toEqual([balancing(A, B), publishing(A, B), scaling(A, B)]);
  const nameless = { ...loadConfiguration(EXAMPLE, 'autopilot.yaml'), names: {} };
  expect(targetsOf(uninstall, nameless, undefined)).toEqual([balancing(A, B), scaling(A, B)]);
});

it('refuses what nobody is there for', () => {
  const configuration = loadConfiguration(EXAMPLE, 'autopilot.yaml');
  const attach: Command = { action: 'attach', gateway: 'api-gateway', extra: 1, ...WHO };
  expect(() => targetsOf(attach, configuration, undefined)).toThrow(
    'no function in any region of the configuration looks after api-gateway',
  );
});

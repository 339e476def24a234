import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { ASYNC_SETTINGS, DEPLOYMENTS, needsVpc, RUNTIME } from '../../deploy/functions';
import { calledAs } from '../../shared/config/functions-schema';
import { loadConfiguration } from '../../shared/config/load';
import { regionsOf } from '../../shared/config/region';
import { FUNCTIONS } from '../../shared/core/function-name';

const ROOT = path.join(__dirname, '../..');
const STACK = parse(readFileSync(path.join(ROOT, 's.yaml'), 'utf8'), { merge: true }) as {
  readonly resources: Readonly<Record<string, { readonly props: Readonly<Record<string, unknown>> }>>;
};
const EXAMPLE = readFileSync(path.join(ROOT, 'autopilot.example.yaml'), 'utf8');

function example(change: (text: string) => string = (text) => text) {
  return loadConfiguration(change(EXAMPLE), 'autopilot.yaml');
}

it.each(FUNCTIONS)('what is expected of %s is what s.yaml says', (name) => {
  const { props } = STACK.resources[name] ?? { props: {} };
  const { cpu, isInVpc, memory, schedule, timeout } = DEPLOYMENTS[name];
  expect(props).toMatchObject({ runtime: RUNTIME, cpu, memorySize: memory, timeout });
  expect(props['functionName']).toBe(calledAs(example().functions, name));
  expect('vpcConfig' in props).toBe(isInVpc);
  expect(props['asyncInvokeConfig']).toMatchObject({
    maxAsyncRetryAttempts: ASYNC_SETTINGS.retries,
    maxAsyncEventAgeInSeconds: ASYNC_SETTINGS.eventAge,
    asyncTask: ASYNC_SETTINGS.isTask,
  });
  const triggers = props['triggers'] as readonly { triggerType: string; triggerConfig: { cronExpression?: string } }[];
  const timers = triggers.filter(({ triggerType }) => triggerType === 'timer');
  const schedules = timers.map(({ triggerConfig }) =>
    triggerConfig.cronExpression?.replace(/\$\{env\('AUTOPILOT_DNS_SECOND', '55'\)\}/, '55'),
  );
  expect(schedules).toEqual(schedule === undefined ? [] : [schedule]);
});

it('has a deployment for each function of s.yaml', () => {
  expect(Object.keys(DEPLOYMENTS).sort()).toEqual(Object.keys(STACK.resources).sort());
});

it('puts each function where it has something to do', () => {
  const places = Object.fromEntries(FUNCTIONS.map((name) => [name, regionsOf(example(), name)]));
  const both = ['cn-hangzhou', 'cn-shanghai'];
  expect(places).toEqual({
    'scale-gateway': both,
    'attach-clb': both,
    'failover-dns': both,
    'receive-alarm': both,
    'probe-region': [...both, 'cn-beijing'],
    'audit-gateway': both,
  });
  const unpublished = example((text) => text.replace('publish: observe', 'publish: none'));
  expect(regionsOf(unpublished, 'failover-dns')).toEqual([]);
});

it('needs the VPC where a cluster or a mesh is reached at its private address', () => {
  const open = example((text) =>
    text.replaceAll(/(cluster|mesh): \{ id: (\w+) \}/g, '$1: { id: $2, privateApi: false }'),
  );
  expect(needsVpc(example(), 'cn-hangzhou', 'scale-gateway')).toBe(true);
  expect(needsVpc(example(), 'cn-hangzhou', 'failover-dns')).toBe(false);
  expect(needsVpc(open, 'cn-hangzhou', 'scale-gateway')).toBe(false);
});

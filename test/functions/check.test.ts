import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { ramPolicy } from '../../deploy/ram-policies';
import type { Cloud } from '../../rehearsal/cloud';
import { rehearsedSurroundings } from '../../rehearsal/surroundings';
import { loadConfiguration } from '../../shared/config/load';
import { CONTROLLER_CHECKS } from '../../shared/core/check/audit';
import { CLUSTER_CHECKS } from '../../shared/core/check/cluster';
import { FRONT_CHECKS } from '../../shared/core/check/fronts';
import { INVOCATION_CHECKS, NEEDS } from '../../shared/core/check/invocation';
import { ZONE_CHECKS } from '../../shared/core/check/names';
import { OWNER_CHECKS } from '../../shared/core/check/owners';
import { EGRESS_CHECKS, REACH_CHECKS } from '../../shared/core/check/reach';
import type { FunctionName } from '../../shared/core/function-name';
import { MINUTE, SECOND } from '../../shared/core/time';
import { InvalidInput } from '../../shared/errors';
import { attachClbHandler } from '../../shared/serve/attach-clb';
import { auditGatewayHandler } from '../../shared/serve/audit-gateway';
import { readsOf } from '../../shared/serve/check/reads';
import { configurationDigest } from '../../shared/serve/deployed';
import type { Networked } from '../../shared/serve/network';
import { scaleGatewayHandler } from '../../shared/serve/scale-gateway';
import type { Surroundings } from '../../shared/serve/surroundings';
import { A, ACCOUNT, aCheckStage, B, type CheckAnswer, CONFIGURATION, POINT } from './a-check-stage';
import { CASES } from './check-cases';

const FUNCTIONS = ['scale-gateway', 'attach-clb', 'failover-dns', 'probe-region', 'audit-gateway'] as const;
const WITH_ROLES = ['scale-gateway', 'attach-clb', 'failover-dns', 'audit-gateway'] as const;

function outcomes({ findings }: CheckAnswer): Readonly<Record<string, string>> {
  return Object.fromEntries(findings.map(({ id, outcome }) => [id, outcome]));
}

/** Calls that may change something: whatever only asks, a review of rights included, is left out. */
function writes(cloud: Cloud): readonly string[] {
  const asks =
    /^(kube (get|list) |kube create selfsubjectaccessreviews$|(cms|cs|servicemesh|slb|alidns)\.(Describe|List)\w+$)/;
  return cloud.calls().flatMap(({ operation }) => (asks.test(operation) ? [] : [operation]));
}

describe('an account in which all is well', () => {
  it.each([
    ['scale-gateway', A, 12],
    ['attach-clb', A, 11],
    ['failover-dns', A, 13],
    ['probe-region', POINT, 5],
    ['audit-gateway', A, 12],
  ] as const)('passes what %s checks', async (name, region, passing) => {
    const stage = aCheckStage();
    const answer = await stage.check(name, region);
    const judged = Object.values(outcomes(answer));
    expect(judged.filter((outcome) => outcome === 'pass').length).toBe(passing);
    expect(judged.filter((outcome) => outcome !== 'pass' && outcome !== 'not-applicable')).toEqual([]);
    expect(answer).toMatchObject({ function: name, region, account: ACCOUNT });
  });

  it('says what does not apply', async () => {
    const stage = aCheckStage();
    const none = async (name: (typeof FUNCTIONS)[number], region: string): Promise<readonly string[]> =>
      Object.entries(outcomes(await stage.check(name, region))).flatMap(([id, outcome]) =>
        outcome === 'not-applicable' ? [id] : [],
      );
    expect(await none('probe-region', POINT)).toEqual(['clock-skew', 'environment', 'ram-reads']);
    expect(await none('attach-clb', A)).toEqual(['mesh-reach', 'mesh-rights']);
    expect(await none('scale-gateway', B)).toEqual(['mesh-reach', 'mesh-rights', 'replicas-range', 'mesh-region']);
  });

  it('is written to by no check, also where everything is allowed to act', async () => {
    const configuration = CONFIGURATION.replace(
      'version: 1',
      "version: 1\ncloudMonitor: { paidMetrics: true, customMetrics: 'on' }",
    ).replace('notify:', 'notify:\n  cloudMonitor: everything');
    const stage = aCheckStage({ configuration });
    for (const name of FUNCTIONS) await stage.check(name);
    // What failover-dns asks of others are looks that write nothing, and a second of probing.
    expect([...new Set(writes(stage.cloud))]).toEqual(['fc.InvokeFunction']);
    expect(stage.cloud.calls().filter(({ operation }) => operation === 'fc.InvokeFunction').length).toBe(7);
    expect(stage.cloud.customMetrics()).toEqual([]);
    expect(stage.cloud.customEvents()).toEqual([]);
  });

  it('is checked without a word of a secret', async () => {
    const stage = aCheckStage();
    const answers = [];
    for (const name of FUNCTIONS) answers.push(await stage.check(name));
    const said = JSON.stringify(answers) + stage.logText();
    expect(said).not.toContain('canary');
    expect(said).toContain('ON_CALL_SECRET');
  });

  it('has the same digits of its configuration in every function and region, and for its operator', async () => {
    const stage = aCheckStage();
    const digits = [];
    for (const region of [A, B])
      for (const name of FUNCTIONS) digits.push((await stage.check(name, region))['configuration']);
    expect(new Set(digits)).toEqual(new Set([configurationDigest(loadConfiguration(CONFIGURATION, 'mine.yaml'))]));
  });
});

describe('through the real SDKs', () => {
  it.each([
    ['scale-gateway', scaleGatewayHandler, 12],
    ['attach-clb', attachClbHandler, 11],
    ['audit-gateway', auditGatewayHandler, 12],
  ] as const)('%s passes the same checks', async (name, handlerOf, passing) => {
    // Over HTTP the vendor's clock is that of the machine.
    const { cloud } = aCheckStage({ cloud: { at: Math.floor(Date.now() / SECOND) * SECOND - 10 * MINUTE } });
    const server = await cloud.listen();
    const handler = handlerOf({ ...surroundingsIn(cloud, server.url), environment: () => 'set' });
    cloud.functions.deploy({ region: A, name, timeout: 60, memory: 512, handler });
    const { body } = await cloud.functions.invoke(A, name, JSON.stringify({ action: 'check' }));
    await server.close();
    const judged = outcomes(JSON.parse(body) as CheckAnswer);
    expect(Object.entries(judged).filter(([, outcome]) => outcome === 'fail' || outcome === 'unknown')).toEqual([]);
    expect(Object.values(judged).filter((outcome) => outcome === 'pass').length).toBe(passing);
  });
});

describe('each check', () => {
  it('has an account in which it does not pass', () => {
    const checks = [
      ...[INVOCATION_CHECKS, CLUSTER_CHECKS, CONTROLLER_CHECKS, OWNER_CHECKS],
      ...[FRONT_CHECKS, ZONE_CHECKS, REACH_CHECKS, EGRESS_CHECKS],
    ].flatMap((each) => each.map(({ id }) => id));
    const failing = CASES.filter(({ outcome = 'fail' }) => outcome === 'fail').map(({ id }) => id);
    // These two have tests of their own below.
    expect(new Set([...failing, 'configuration', 'resources'])).toEqual(new Set(checks));
  });

  it.each(CASES.map((each) => [each.id, each.of, each.when, each] as const))(
    '%s of %s: %s',
    async (id, of, _, { breaks, commands = [], estate, outcome = 'fail', region, seen, severity }) => {
      const stage = aCheckStage(estate);
      await breaks?.(stage);
      stage.cloud.resetCalls();
      const found = await stage.finding(of, id, region);
      expect(found).toMatchObject({ outcome, severity, evidence: seen });
      expect(found.fix?.patches.map(({ command }) => command) ?? []).toEqual(commands);
      expect(found.fix?.safe ?? false).toBe(false);
      expect(writes(stage.cloud).filter((operation) => operation !== 'fc.InvokeFunction')).toEqual([]);
    },
  );
});

describe('ram-reads', () => {
  const configuration = loadConfiguration(CONFIGURATION, 'autopilot.yaml');
  const READ = /:(Describe|List|Get)/;

  function wanted(role: (typeof WITH_ROLES)[number]): readonly string[] {
    const actions = [A, B].flatMap((region) => readsOf(role, configuration, region).map(({ action }) => action));
    return [...new Set(actions)].toSorted();
  }

  it.each(WITH_ROLES)('of %s are all reads of its policy, and no others', (role) => {
    const actions = (ramPolicy(configuration, ACCOUNT, role)?.Statement ?? []).flatMap(({ Action }) => Action);
    expect(wanted(role)).toEqual([...new Set(actions.filter((action) => READ.test(action)))].toSorted());
    expect(wanted(role).length).toBeGreaterThan(2);
  });

  it.each<FunctionName>(['probe-region'])('of %s are none', (role) => {
    expect(ramPolicy(configuration, ACCOUNT, role)).toBe(undefined);
    expect(readsOf('probe-region', configuration, A)).toEqual([]);
  });

  it.each(WITH_ROLES.flatMap((role) => wanted(role).map((action) => [role, action] as const)))(
    'of %s notices that %s is denied',
    async (role, action) => {
      const stage = aCheckStage();
      stage.cloud.faults.deny(action.replace(':', '.'));
      const { evidence, outcome } = await stage.finding(role, 'ram-reads');
      expect(outcome).toBe('fail');
      expect(evidence.filter((fact) => fact.startsWith(`${action} on `)).length).toBeGreaterThan(0);
      expect(evidence.filter((fact) => fact.includes('Forbidden.RAM')).every((fact) => fact.startsWith(action))).toBe(
        true,
      );
    },
  );

  it.each(['attach-clb', 'audit-gateway'] as const)(
    'of %s find a CLB to ask about where none is configured',
    async (name) => {
      const text = CONFIGURATION.replace(`    loadBalancers: { ${A}: [lb-a], ${B}: [lb-b] }\n`, '').replace(
        'publish: auto',
        'publish: none',
      );
      const stage = aCheckStage({ configuration: text });
      expect((await stage.finding(name, 'ram-reads')).outcome).toBe('pass');
    },
  );

  it('of attach-clb are not whole while one of them does not answer', async () => {
    const stage = aCheckStage();
    stage.cloud.faults.cut({ operation: 'slb.DescribeLoadBalancers' });
    expect((await stage.finding('attach-clb', 'ram-reads')).outcome).toBe('unknown');
  });
});

describe('resources', () => {
  it('are what s.yaml gives', () => {
    const text = readFileSync(path.join(__dirname, '../../s.yaml'), 'utf8');
    const { resources } = parse(text, { merge: true }) as {
      readonly resources: Readonly<
        Record<string, { readonly props: { readonly timeout: number; readonly memorySize: number } }>
      >;
    };
    for (const name of FUNCTIONS) {
      expect(NEEDS[name]?.timeout).toBe(resources[name]?.props.timeout);
      expect(NEEDS[name]?.memory).toBeLessThanOrEqual(resources[name]?.props.memorySize ?? 0);
    }
  });

  it('are not enough with half of them', async () => {
    const { answer } = await aloneWith({});
    const found = answer.findings.find(({ id }) => id === 'resources');
    expect(found).toMatchObject({
      outcome: 'fail',
      evidence: ['time-out 30 s, of 60 s that are needed', 'memory 128 MB, of 256 MB that are needed'],
    });
    expect(found?.fix?.patches.map(({ command }) => command)).toEqual([
      'npm run build && FC_REGION=cn-hangzhou s scale-gateway deploy -y',
    ]);
  });
});

describe('a configuration that cannot be used', () => {
  it('is the only finding, and no error', async () => {
    const broken = (): never => {
      throw new InvalidInput('autopilot.yaml cannot be used: 1 problem', ['autopilot.yaml:1:1 regions: is missing']);
    };
    const { answer, calls } = await aloneWith({ configuration: broken, deployed: broken });
    expect(answer.message).toBe('1 of 1 check fail, 1 critical');
    expect(answer.findings).toMatchObject([
      {
        id: 'configuration',
        outcome: 'fail',
        evidence: ['autopilot.yaml cannot be used: 1 problem', 'autopilot.yaml:1:1 regions: is missing'],
      },
    ]);
    expect(calls).toBe(0);
  });
});

function surroundingsIn(cloud: Cloud, url: string | undefined): Surroundings<Networked> {
  const configuration = loadConfiguration(CONFIGURATION, 'autopilot.yaml');
  return rehearsedSurroundings({ cloud, configuration, url, region: A, writeLine: () => undefined });
}

/** scale-gateway with 30 s, 128 MB and other surroundings. */
async function aloneWith(changed: object): Promise<{ readonly answer: CheckAnswer; readonly calls: number }> {
  const { cloud } = aCheckStage();
  const handler = scaleGatewayHandler({ ...surroundingsIn(cloud, undefined), ...changed });
  cloud.functions.deploy({ region: A, name: 'alone', timeout: 30, memory: 128, handler });
  const { body } = await cloud.functions.invoke(A, 'alone', JSON.stringify({ action: 'check' }));
  return { answer: JSON.parse(body) as CheckAnswer, calls: cloud.calls().length };
}

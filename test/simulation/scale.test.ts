import { manyNames, REGIONS } from '../../rehearsal/many-names';
import { createStage, type StageTimer } from '../../rehearsal/stage';
import { rehearsedSurroundings } from '../../rehearsal/surroundings';
import { createZones } from '../../shared/cloud/zones';
import type { FunctionName } from '../../shared/core/function-name';
import { MINUTE } from '../../shared/core/time';
import { failoverDnsHandler } from '../../shared/serve/failover-dns';
import { watchInvariants } from './invariants';

const [DEAD] = REGIONS;

function timer(region: string, name: FunctionName, second: number): StageTimer {
  return { region, function: name, second };
}

describe('300 names of three zones in four regions', () => {
  it('are looked at over HTTP, 20 ms away, within 20 s, and nothing is written', async () => {
    const { cloud, configuration } = manyNames({ zones: 3, shared: 100, standby: 0, probes: false });
    const { close, url } = await cloud.listen();
    try {
      const surroundings = rehearsedSurroundings({ cloud, configuration, url, writeLine: () => undefined });
      const handler = failoverDnsHandler(surroundings);
      cloud.functions.deploy({ region: DEAD, name: 'failover-dns', timeout: 90, memory: 512, handler });
      cloud.faults.delay({ operation: /./, by: 20 });
      cloud.resetCalls();
      const startedAt = performance.now();
      const { body } = await cloud.functions.invoke(DEAD, 'failover-dns', JSON.stringify({ action: 'look' }));
      const took = performance.now() - startedAt;
      expect(JSON.parse(body)).toMatchObject({ message: '300 names in 3 zones: 0 changed, 300 steady, 0 held' });
      expect(took).toBeLessThan(20_000);
      expect(cloud.calls().filter(({ operation }) => /^alidns\.(?!Describe)/.test(operation))).toEqual([]);
      expect(cloud.calls().length).toBeLessThan(40);
    } finally {
      await close();
    }
  }, 180_000);
});

describe('a region that dies behind 100 names of one zone', () => {
  it('is left over several invocations, those without a healthy answer first, with one write for each address', async () => {
    const {
      address,
      cloud,
      configuration,
      names: rrs,
      zones,
    } = manyNames({
      zones: 1,
      shared: 80,
      standby: 20,
      probes: true,
    });
    const [zone = ''] = zones;
    const regionOf = new Map<string, string>(REGIONS.map((region) => [address(region), region]));
    const { broken } = watchInvariants(cloud, {
      zone,
      names: rrs,
      isWell: (value) => cloud.loadBalancers.answers(value, 443),
      regionOf: (value) => regionOf.get(value) ?? value,
    });
    const timers = [
      ...REGIONS.slice(0, 2).map((region, index) => timer(region, 'failover-dns', 5 + 30 * index)),
      ...REGIONS.map((region) => timer(region, 'scale-gateway', 20)),
    ];
    const stage = createStage({ cloud, configuration, timers });
    const changes: {
      readonly value: string;
      readonly rr: string;
      readonly does: 'comes' | 'goes';
      readonly at: number;
    }[] = [];
    await stage.run(3 * MINUTE);
    const diedAt = cloud.clock.now();
    cloud.dns.watch(zone, (before, after) => {
      for (const is of after.records) {
        const was = before.records.find(({ id }) => id === is.id);
        if (is.type !== 'A' || was?.enabled === is.enabled) continue;
        changes.push({
          value: is.value,
          rr: is.rr,
          does: is.enabled ? 'comes' : 'goes',
          at: cloud.clock.now() - diedAt,
        });
      }
    });
    cloud.resetCalls();
    cloud.regions.die(DEAD);
    const records = async () => (await createZones(cloud.openApi()).records(zone)).records;
    const left = async (): Promise<number> =>
      (await records()).filter(({ enabled, value }) => enabled && value === address(DEAD)).length;
    let minutes = 0;
    while ((await left()) > 0 && minutes < 30) {
      await stage.run(MINUTE);
      minutes += 1;
    }
    await stage.end();
    expect(broken).toEqual([]);
    // 120 writes, 2 s apart, would take 4 minutes.
    expect(minutes).toBeLessThanOrEqual(7);
    const names = (letter: string, does: string) =>
      changes.filter((change) => change.does === does && change.rr.startsWith(letter)).length;
    expect([names('n', 'goes'), names('s', 'goes'), names('s', 'comes'), changes.length]).toEqual([80, 20, 20, 120]);
    expect(changes.slice(0, 20).map(({ does }) => does)).toEqual(Array(20).fill('comes'));
    expect(changes[19]?.at).toBeLessThan(MINUTE);
    const count = (operation: string): number =>
      cloud.calls().filter((call) => call.operation === operation && call.status === 200).length;
    const leases = count('alidns.AddDomainRecord');
    // Two looks at once may each enable the same.
    expect(count('alidns.SetDomainRecordStatus')).toBeLessThanOrEqual(124);
    expect([count('alidns.DeleteDomainRecord'), count('alidns.UpdateDomainRecord')]).toEqual([leases, 0]);
    expect(leases).toBeLessThanOrEqual(minutes);
    // What is written down of those that are gone, at most once.
    expect(count('alidns.UpdateDomainRecordRemark')).toBeLessThanOrEqual(100);
  }, 120_000);
});

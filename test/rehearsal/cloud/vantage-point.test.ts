import type { Cloud } from '../../../rehearsal/cloud';
import type { ProbeSpec } from '../../../shared/core/probe';
import { DAY, SECOND } from '../../../shared/core/time';
import { START } from './faces';
import { CONTROL, entryOf, POINT, specOf } from './probe-targets';
import { slb } from './products/load-balancers';
import { HERE, OWN, THERE, twoRegions } from './two-regions';

const LIMIT = 3 * SECOND;
const WELL = { failure: undefined, message: '', took: 20 };
const VANISHED = { failure: 'timeout', message: 'no answer within 3000 ms', took: 3_000 };
const ENDS = START + 365 * DAY;

function probe(cloud: Cloud, changes: Partial<ProbeSpec> = {}, point = POINT, id: string = OWN[HERE]) {
  return cloud.prober(point).probe(entryOf(cloud, id, changes), LIMIT);
}

function probeControl(cloud: Cloud, point = POINT) {
  return cloud.prober(point).probe({ address: CONTROL, spec: specOf({ protocol: 'tcp', port: 53 }) }, LIMIT);
}

describe('a probe of an entry that is well', () => {
  it.each<[ProbeSpec['protocol'], number, object]>([
    ['tcp', 443, WELL],
    ['tcp', 80, WELL],
    ['http', 80, WELL],
    ['tls', 443, { ...WELL, certificateEnds: ENDS }],
    ['https', 443, { ...WELL, certificateEnds: ENDS }],
  ])('goes well: %s on port %s', async (protocol, port, outcome) => {
    expect(await probe(twoRegions(), { protocol, port })).toEqual(outcome);
  });

  it('moves no time', async () => {
    const cloud = twoRegions();
    cloud.regions.die(HERE);
    await probe(cloud);
    expect(cloud.clock.now()).toBe(START);
  });

  it('lets time pass when that is asked for, the longest of several at once', async () => {
    const cloud = twoRegions();
    const prober = cloud.prober(POINT, { timePasses: true });
    cloud.regions.die(HERE);
    const [here, there] = [entryOf(cloud, OWN[HERE]), entryOf(cloud, OWN[THERE])];
    await Promise.all([prober.probe(there, LIMIT), prober.probe(here, LIMIT), prober.probe(here, LIMIT)]);
    expect(cloud.clock.now()).toBe(START + 3_000);
  });
});

describe('what a probe finds', () => {
  const tls = { certificateEnds: ENDS, took: 20 };

  it.each<[string, (cloud: Cloud, address: string) => void, Partial<ProbeSpec>, object]>([
    [
      'another status',
      ({ entries }, address) => entries.serve(address, { status: 503, body: '' }),
      {},
      { failure: 'status', message: 'status 503', ...tls },
    ],
    [
      'another text',
      ({ entries }, address) => entries.serve(address, { status: 200, body: 'maintenance' }),
      { contains: 'ok' },
      { failure: 'body', message: 'the body does not contain "ok"', ...tls },
    ],
    [
      'no HTTP that it asks for',
      ({ entries }, address) => entries.serve(address, { status: 503, body: '' }),
      { protocol: 'tls' },
      { ...WELL, ...tls },
    ],
    [
      'a certificate that ended',
      ({ entries }, address) => entries.certify(address, { validUntil: START }),
      {},
      { failure: 'certificate', message: 'expired at 2026-11-22T00:00:00Z', took: 20, certificateEnds: START },
    ],
    [
      'a certificate that ended, which nobody verifies',
      ({ entries }, address) => entries.certify(address, { validUntil: START }),
      { verifyCertificate: false },
      { ...WELL, certificateEnds: START },
    ],
    [
      'a certificate for another name',
      ({ entries }, address) => entries.certify(address, { host: 'other.example' }),
      {},
      { failure: 'certificate', message: 'is for other.example, not for www.example.com', ...tls },
    ],
    [
      'a certificate for the name',
      ({ entries }, address) => entries.certify(address, { host: 'www.example.com' }),
      {},
      { ...WELL, ...tls },
    ],
    [
      'an answer that took longer than is healthy',
      ({ regions }) => regions.slow(HERE, 1_500),
      {},
      { failure: 'slow', message: 'took 1520 ms, more than 1000 ms', ...tls, took: 1_520 },
    ],
    ['an answer that took longer than it waits', ({ regions }) => regions.slow(HERE, 2_981), {}, VANISHED],
    [
      'TLS where it wants none',
      () => undefined,
      { protocol: 'http' },
      { failure: 'protocol', message: 'port 443 speaks TLS only', took: 20 },
    ],
    [
      'no TLS where it wants it',
      () => undefined,
      { port: 80 },
      { failure: 'protocol', message: 'port 80 speaks no TLS', took: 20 },
    ],
  ])('is %s', async (_, happen, spec, outcome) => {
    const cloud = twoRegions();
    happen(cloud, cloud.loadBalancers.address(OWN[HERE]));
    expect(await probe(cloud, spec)).toEqual(outcome);
    expect(await probe(cloud, {}, POINT, OWN[THERE])).toEqual({ ...WELL, certificateEnds: ENDS });
  });

  it.each<[string, (cloud: Cloud) => unknown]>([
    ['is broken', ({ loadBalancers }) => loadBalancers.break(OWN[HERE], true)],
    ['is locked', ({ loadBalancers }) => loadBalancers.lock(OWN[HERE], true)],
    [
      'does not listen',
      (cloud) =>
        slb(cloud, 'StopLoadBalancerListener', { RegionId: HERE, LoadBalancerId: OWN[HERE], ListenerPort: 443 }),
    ],
  ])('is a refusal when the CLB %s', async (_, happen) => {
    const cloud = twoRegions();
    await happen(cloud);
    const address = cloud.loadBalancers.address(OWN[HERE]);
    expect(cloud.loadBalancers.answers(address, 443)).toBe(false);
    const message = `${address}:443 refused the connection`;
    expect(await probe(cloud)).toEqual({ failure: 'refused', message, took: 20 });
  });

  it('is nothing at the address of a CLB that was deleted', async () => {
    const cloud = twoRegions();
    cloud.loadBalancers.add({ region: HERE, id: 'lb-old' });
    const target = entryOf(cloud, 'lb-old');
    await slb(cloud, 'DeleteLoadBalancer', { RegionId: HERE, LoadBalancerId: 'lb-old' });
    expect(await cloud.prober(POINT).probe(target, LIMIT)).toEqual(VANISHED);
  });

  it('is told of addresses that CLBs have only', () => {
    const { entries } = twoRegions();
    const message = `no load balancer has or had the address ${CONTROL}`;
    expect(() => entries.serve(CONTROL, { status: 200, body: '' })).toThrow(message);
    expect(() => entries.certify(CONTROL, {})).toThrow(message);
  });
});

describe('a vantage point', () => {
  it.each<[string, (cloud: Cloud) => void]>([
    ['died', ({ regions }) => regions.die(HERE)],
    ['lost its data plane', ({ regions }) => regions.loseData(HERE, true)],
    ['answers others only', ({ regions }) => regions.answerOnly(HERE, [THERE])],
    ['loses everything', ({ regions }) => regions.halfDie(HERE, 1)],
  ])('sees nothing of a region that %s, and all of the others', async (_, happen) => {
    const cloud = twoRegions();
    happen(cloud);
    expect(await probe(cloud, { protocol: 'tcp' })).toEqual(VANISHED);
    expect(await probe(cloud, { protocol: 'tcp' }, POINT, OWN[THERE])).toEqual(WELL);
    expect(await probeControl(cloud)).toEqual(WELL);
  });

  it('sees a region without a control plane as it is', async () => {
    const cloud = twoRegions();
    cloud.regions.loseControl(HERE, true);
    expect(await probe(cloud, { protocol: 'tcp' })).toEqual(WELL);
  });

  it('sees a region that answers only those beside it', async () => {
    const cloud = twoRegions();
    cloud.regions.answerOnly(HERE, [THERE]);
    expect(await probe(cloud, { protocol: 'tcp' }, THERE)).toEqual(WELL);
    cloud.regions.answerOnly(HERE, 'all');
    expect(await probe(cloud, { protocol: 'tcp' })).toEqual(WELL);
  });

  it('that is isolated sees nothing at all, and others see as before', async () => {
    const cloud = twoRegions();
    cloud.regions.isolate(POINT, true);
    expect(await probe(cloud)).toEqual(VANISHED);
    expect(await probeControl(cloud)).toEqual(VANISHED);
    expect(await probe(cloud, { protocol: 'tcp' }, THERE)).toEqual(WELL);
    cloud.regions.isolate(POINT, false);
    expect(await probeControl(cloud)).toEqual(WELL);
  });

  it('in a region that died sees nothing at all', async () => {
    const cloud = twoRegions();
    cloud.regions.die(THERE);
    expect(await probe(cloud, {}, THERE)).toEqual(VANISHED);
    expect(await probeControl(cloud, THERE)).toEqual(VANISHED);
  });

  it('loses a share of its probes of a region that is half dead, the same ones for the same seed', async () => {
    async function lost(seed: number): Promise<readonly number[]> {
      const cloud = twoRegions({}, seed);
      cloud.regions.halfDie(HERE, 0.25);
      const failures: number[] = [];
      for (let count = 0; count < 400; count += 1) {
        if ((await probe(cloud, { protocol: 'tcp' })).failure === 'timeout') failures.push(count);
      }
      return failures;
    }
    const failures = await lost(7);
    expect(failures.length).toBeGreaterThan(80);
    expect(failures.length).toBeLessThan(120);
    expect(await lost(7)).toEqual(failures);
    expect(await lost(8)).not.toEqual(failures);
  });
});

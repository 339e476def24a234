import { once } from 'node:events';
import { connect } from 'node:net';
import type { Cloud, ListeningEntries } from '../../../rehearsal/cloud';
import type { ProbeSpec } from '../../../shared/core/probe';
import { DAY, SECOND } from '../../../shared/core/time';
import { aRealProber } from './a-real-prober';
import { START } from './faces';
import { CONTROL, entryOf, POINT, specOf } from './probe-targets';
import { HERE, OWN, THERE, twoRegions } from './two-regions';

/** Real milliseconds that a probe waits. */
const LIMIT = 250;
/** Beyond it nothing vanished: a handshake takes some milliseconds here. */
const UNHURRIED = 3_000;
const ENDS = START + 365 * DAY;

let cloud: Cloud;
let entries: ListeningEntries;
beforeEach(async () => {
  cloud = twoRegions();
  entries = await cloud.entries.listen();
});
afterEach(() => entries.close());

async function probe(changes: Partial<ProbeSpec> = {}, point = POINT, id: string = OWN[HERE], limit = UNHURRIED) {
  return entries.prober(point, aRealProber(entries.ca)).probe(entryOf(cloud, id, changes), limit);
}

async function vanishes(changes: Partial<ProbeSpec> = {}, point = POINT, id: string = OWN[HERE]): Promise<boolean> {
  const { failure, took } = await probe(changes, point, id, LIMIT);
  return failure === 'timeout' && took > LIMIT - 5;
}

describe('entries on loopback', () => {
  it.each<[ProbeSpec['protocol'], number, number | undefined]>([
    ['tcp', 443, undefined],
    ['tcp', 80, undefined],
    ['http', 80, undefined],
    ['tls', 443, ENDS],
    ['https', 443, ENDS],
  ])('answer %s on port %s', async (protocol, port, certificateEnds) => {
    const outcome = await probe({ protocol, port });
    expect(outcome).toMatchObject({ failure: undefined, message: '' });
    expect(outcome.certificateEnds).toBe(certificateEnds);
  });

  it('have a certificate for any name, and for the address when none is asked for', async () => {
    expect(await probe({ host: 'api.example.org' })).toMatchObject({ failure: undefined });
    expect(await probe({ host: undefined })).toMatchObject({ failure: undefined });
  });

  it('show what they are told, from one connection to the next', async () => {
    const address = cloud.loadBalancers.address(OWN[HERE]);
    cloud.entries.certify(address, { validUntil: START - DAY });
    const expired = await probe();
    expect(expired).toMatchObject({ failure: 'certificate', message: `CERT_HAS_EXPIRED at ${address}:443` });
    expect(await probe({ verifyCertificate: false })).toMatchObject({
      failure: undefined,
      certificateEnds: START - DAY,
    });
    cloud.entries.certify(address, { host: 'other.example' });
    expect(await probe()).toMatchObject({ failure: 'certificate' });
    cloud.entries.certify(address, {});
    cloud.entries.serve(address, { status: 503, body: 'maintenance' });
    expect(await probe()).toMatchObject({ failure: 'status', message: 'status 503' });
    expect(await probe({ contains: 'maintenance', status: [{ from: 503, to: 503 }] })).toMatchObject({
      failure: undefined,
    });
  });

  it('refuse connections as the CLB does, with the emulated address in the message', async () => {
    cloud.loadBalancers.break(OWN[HERE], true);
    const address = cloud.loadBalancers.address(OWN[HERE]);
    for (const protocol of ['tcp', 'https'] as const) {
      const message = `ECONNREFUSED at ${address}:443`;
      expect(await probe({ protocol })).toMatchObject({ failure: 'refused', message });
    }
  });

  it('are reached by clients as well, who meet what is there', async () => {
    const address = cloud.loadBalancers.address(OWN[HERE]);
    const url = await entries.urlOf(address, 80);
    const answer = await fetch(url);
    expect([answer.status, await answer.text()]).toEqual([200, 'ok']);
    cloud.regions.answerOnly(HERE, 'all', { clients: false });
    await expect(fetch(url, { signal: AbortSignal.timeout(LIMIT) })).rejects.toThrow('timeout');
    expect(await probe()).toMatchObject({ failure: undefined });
    expect(await entries.urlOf(address, 443)).toMatch(/^https:\/\/127\.0\.0\.1:\d+$/);
  });

  it('reset connections of clients to what refuses', async () => {
    const url = new URL(await entries.urlOf(cloud.loadBalancers.address(OWN[HERE]), 80));
    cloud.loadBalancers.break(OWN[HERE], true);
    const socket = connect({ host: url.hostname, port: Number(url.port) });
    await expect(once(socket, 'end')).rejects.toMatchObject({ code: 'ECONNRESET' });
  });
});

describe('a region that fails, on loopback', () => {
  it.each(['tcp', 'tls', 'https'] as const)(
    'takes nothing when it is dead, and does again later: %s',
    async (protocol) => {
      cloud.regions.die(HERE);
      expect(await vanishes({ protocol })).toBe(true);
      expect(await probe({ protocol }, POINT, OWN[THERE])).toMatchObject({ failure: undefined });
      cloud.regions.revive(HERE);
      expect(await probe({ protocol })).toMatchObject({ failure: undefined });
    },
  );

  it.each(['tcp', 'http'] as const)('answers so much later: %s', async (protocol) => {
    cloud.regions.slow(HERE, 120);
    const { failure, took } = await probe({ protocol, port: 80 });
    expect(failure).toBeUndefined();
    expect(took).toBeGreaterThanOrEqual(118);
    cloud.regions.slow(HERE, 10 * SECOND);
    expect(await vanishes({ protocol, port: 80 })).toBe(true);
  });

  it('answers only the vantage points that it answers', async () => {
    cloud.regions.answerOnly(HERE, [THERE]);
    expect(await vanishes()).toBe(true);
    expect(await probe({}, THERE)).toMatchObject({ failure: undefined });
  });

  it.each(['tcp', 'http'] as const)('loses a share when it is half dead: %s', async (protocol) => {
    cloud.regions.halfDie(HERE, 0.5);
    const outcomes = await Promise.all(
      Array.from({ length: 60 }, () => probe({ protocol, port: 80 }, POINT, OWN[HERE], 2 * LIMIT)),
    );
    const lost = outcomes.filter(({ failure }) => failure === 'timeout').length;
    expect(lost).toBeGreaterThan(15);
    expect(lost).toBeLessThan(45);
  });
});

it.each<[string, (around: Cloud, address: string) => void, (string | undefined)[]]>([
  ['well', () => undefined, [undefined, undefined, undefined]],
  ['dead', ({ regions }) => regions.die(HERE), ['timeout', 'timeout', 'timeout']],
  ['without a data plane', ({ regions }) => regions.loseData(HERE, true), ['timeout', 'timeout', 'timeout']],
  ['without a control plane', ({ regions }) => regions.loseControl(HERE, true), [undefined, undefined, undefined]],
  ['too slow', ({ regions }) => regions.slow(HERE, 2 * LIMIT), ['timeout', 'timeout', 'timeout']],
  ['silent to this point', ({ regions }) => regions.answerOnly(HERE, [THERE]), ['timeout', 'timeout', 'timeout']],
  ['hidden from an isolated point', ({ regions }) => regions.isolate(POINT, true), ['timeout', 'timeout', 'timeout']],
  [
    'behind a broken CLB',
    ({ loadBalancers }) => loadBalancers.break(OWN[HERE], true),
    ['refused', 'refused', 'refused'],
  ],
  [
    'shown with a certificate that ended',
    ({ entries: told }, address) => told.certify(address, { validUntil: START - DAY }),
    [undefined, undefined, 'certificate'],
  ],
  [
    'in maintenance',
    ({ entries: told }, address) => told.serve(address, { status: 503, body: '' }),
    [undefined, 'status', 'status'],
  ],
])('a region that is %s looks the same on loopback as in the process', async (_, happen, failures) => {
  happen(cloud, cloud.loadBalancers.address(OWN[HERE]));
  const specs = [{ protocol: 'tcp' }, { protocol: 'http', port: 80 }, { protocol: 'https' }] as const;
  const limit = failures.includes('timeout') ? LIMIT : UNHURRIED;
  const probers = [cloud.prober(POINT), entries.prober(POINT, aRealProber(entries.ca))];
  for (const prober of probers) {
    const outcomes = await Promise.all(specs.map((spec) => prober.probe(entryOf(cloud, OWN[HERE], spec), limit)));
    expect(outcomes.map(({ failure }) => failure)).toEqual(failures);
  }
});

describe('control targets on loopback', () => {
  const control = (changes: Partial<ProbeSpec>) => ({ address: CONTROL, spec: specOf(changes) });

  it.each<[ProbeSpec['protocol'], number]>([
    ['tcp', 53],
    ['https', 443],
    ['http', 8080],
  ])('answer unless the vantage point is cut off: %s on port %s', async (protocol, port) => {
    const prober = entries.prober(POINT, aRealProber(entries.ca));
    expect(await prober.probe(control({ protocol, port }), UNHURRIED)).toMatchObject({ failure: undefined });
    cloud.regions.isolate(POINT, true);
    expect(await prober.probe(control({ protocol, port }), LIMIT)).toMatchObject({ failure: 'timeout' });
    expect(await vanishes()).toBe(true);
    cloud.regions.isolate(POINT, false);
    cloud.regions.die(POINT);
    expect(await prober.probe(control({ protocol, port }), LIMIT)).toMatchObject({ failure: 'timeout' });
  });
});

it('closing ends what is still held', async () => {
  cloud.regions.die(HERE);
  const url = new URL(await entries.urlOf(cloud.loadBalancers.address(OWN[HERE]), 80));
  const socket = connect({ host: url.hostname, port: Number(url.port) });
  await once(socket, 'connect');
  const ended = once(socket, 'close');
  await entries.close();
  await ended;
  entries = await cloud.entries.listen();
}, 5_000);

import { createZoneWriter } from '../../shared/cloud/zones';
import { MINUTE, SECOND } from '../../shared/core/time';
import {
  aRecord,
  aZone,
  both,
  EXTRA,
  FAR,
  LEASE,
  MARK,
  OTHER_REGION,
  OWN,
  onlyName,
  REGION,
  WWW,
  ZONE,
  type ZoneStage,
} from './a-zone';

/** Somebody who died took the lease of this minute. */
async function takenByTheDead(stage: ZoneStage): Promise<void> {
  const epoch = Math.floor(stage.cloud.clock.now() / MINUTE);
  const lease = { rr: LEASE, type: 'TXT', value: `epoch=${epoch}`, line: 'default', ttl: 60 };
  await createZoneWriter(stage.cloud.openApi()).add(ZONE, lease);
}

/** One answer whose TTL is to be changed, and which a look that knows of the move would change to that of the other region. */
const HERE = { ...WWW, own: { [REGION]: [OWN], [OTHER_REGION]: [FAR] } };
const THERE = { ...HERE, lines: [{ line: 'default', regions: [OTHER_REGION] }] };

function withOldTtl(): Promise<ZoneStage> {
  return aZone({ names: [HERE], records: (address) => [aRecord(address(OWN), { remark: MARK, ttl: 600 })] });
}

describe('a change of the TTL', () => {
  it('that is under way lets no other look move the answer, which then moves at the next', async () => {
    const stage = await withOldTtl();
    const moves: unknown[] = [];
    stage.cloud.faults.before({ operation: 'alidns.UpdateDomainRecord', times: 1 }, async () => {
      moves.push(onlyName(await stage.look({ names: [THERE] })).reason);
    });
    expect(onlyName(await stage.look()).done).toEqual(['TTL of 198.18.0.1 on default from 600 to 60 s']);
    expect(moves).toEqual(['LeaseHeld']);
    await stage.look({ names: [THERE] });
    expect(await stage.records()).toMatchObject([{ value: stage.address(FAR), ttl: 60 }]);
  });

  it('that arrives after a move brings no old value back', async () => {
    const stage = await withOldTtl();
    stage.cloud.faults.before({ operation: 'alidns.UpdateDomainRecord', times: 1 }, async () => {
      stage.cloud.step(MINUTE);
      expect(onlyName(await stage.look({ names: [THERE] }))).toMatchObject({ outcome: 'change' });
    });
    expect(onlyName(await stage.look())).toMatchObject({ outcome: 'hold', reason: 'ConcurrentChange' });
    expect(await stage.answers()).toEqual([stage.address(FAR)]);
  });

  it('that arrives after its record was given another address is refused', async () => {
    const stage = await aZone({
      records: (address) => [aRecord(address(EXTRA), { remark: MARK, ttl: 600 })],
    });
    await stage.tag(EXTRA, 'serving');
    stage.cloud.loadBalancers.break(OWN, true);
    stage.cloud.faults.before({ operation: 'alidns.UpdateDomainRecord', times: 1 }, async () => {
      stage.cloud.loadBalancers.break(OWN, false);
      await stage.tag(EXTRA, 'draining');
      // The first of them adds, and finds the lease taken.
      await stage.looks(2);
      stage.cloud.step(20 * SECOND);
    });
    await stage.look();
    expect(await stage.answers()).toEqual([stage.address(OWN)]);
  });
});

describe('an only answer that is sick', () => {
  it('and of a region that is none of the line: the right one is there at once, whoever holds the lease', async () => {
    const stage = await aZone({ names: [THERE] });
    stage.cloud.loadBalancers.break(OWN, true);
    await takenByTheDead(stage);
    await stage.look();
    expect(await stage.answers()).toEqual(both(stage, OWN, FAR));
  });

  it('and drains: the right one is there at once', async () => {
    const stage = await aZone({ records: (address) => [aRecord(address(EXTRA), { remark: MARK })] });
    await stage.tag(EXTRA, 'draining');
    stage.cloud.loadBalancers.break(EXTRA, true);
    await takenByTheDead(stage);
    await stage.look();
    expect(await stage.answers()).toEqual(both(stage, OWN, EXTRA));
  });

  it('that drains and is well is changed in place', async () => {
    const stage = await aZone({ records: (address) => [aRecord(address(EXTRA), { remark: MARK })] });
    const [before] = await stage.records();
    await stage.tag(EXTRA, 'draining');
    expect(onlyName(await stage.look())).toMatchObject({ outcome: 'change', reason: 'AddressNotServing' });
    expect(await stage.records()).toMatchObject([{ id: before?.id, value: stage.address(OWN), enabled: true }]);
  });
});

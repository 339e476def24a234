import type { OpenApi } from '../../shared/cloud/seams';
import { createZoneWriter } from '../../shared/cloud/zones';
import { MINUTE, SECOND } from '../../shared/core/time';
import type { Resolver } from '../../shared/ports';
import {
  aRecord,
  aZone,
  both,
  EXTRA,
  LEASE,
  leases,
  MARK,
  OWN,
  onlyName,
  recordOf,
  THIRD,
  WWW,
  withExtra,
  ZONE,
} from './a-zone';

describe('the lease', () => {
  it('is kept when a removal was not answered, and taken by nobody until it is over', async () => {
    const stage = await withExtra();
    await stage.tag(EXTRA, 'draining');
    stage.cloud.faults.cut({ operation: 'alidns.SetDomainRecordStatus', times: 1 });
    expect(onlyName(await stage.look())).toMatchObject({ outcome: 'hold', reason: 'WriteFailed' });
    expect(await leases(stage)).toHaveLength(1);
    expect(onlyName(await stage.look())).toMatchObject({ outcome: 'hold', reason: 'LeaseHeld' });
    expect(await stage.answers()).toEqual(both(stage, OWN, EXTRA));
    stage.cloud.step(MINUTE);
    await stage.look();
    expect(await stage.answers()).toEqual([stage.address(OWN)]);
  });

  it('counts as not taken when the claim was not answered', async () => {
    const stage = await withExtra();
    await stage.tag(EXTRA, 'draining');
    stage.cloud.faults.cut({ operation: 'alidns.AddDomainRecord', times: 1, afterEffect: true });
    expect(onlyName(await stage.look())).toMatchObject({ outcome: 'hold', reason: 'WriteFailed' });
    expect(stage.calls()).not.toContain('alidns.SetDomainRecordStatus');
  });

  it('a removal that is held up until its lease is over does nothing', async () => {
    const stage = await withExtra();
    await stage.tag(EXTRA, 'draining');
    stage.cloud.faults.before({ operation: 'alidns.SetDomainRecordStatus', times: 1 }, () =>
      stage.cloud.step(2 * MINUTE),
    );
    expect(onlyName(await stage.look())).toMatchObject({ outcome: 'hold', reason: 'ConcurrentChange' });
    expect(await stage.answers()).toEqual(both(stage, OWN, EXTRA));
  });

  it('without the fence removals are signed as usual, and that is told', async () => {
    const stage = await withExtra();
    stage.cloud.dns.ignoreDates(true);
    await stage.tag(EXTRA, 'draining');
    const result = await stage.look();
    expect(result.zones).toMatchObject([{ fence: 'unproven' }]);
    expect(onlyName(result)).toMatchObject({ outcome: 'change' });
    expect(await stage.answers()).toEqual([stage.address(OWN)]);
  });

  it('a survivor that somebody disables before the zone is read under the lease keeps the other one', async () => {
    const stage = await withExtra();
    await stage.tag(EXTRA, 'draining');
    const own = await recordOf(stage, OWN);
    const writer = createZoneWriter(stage.cloud.openApi());
    stage.cloud.faults.before({ operation: 'alidns.AddDomainRecord', times: 1 }, async () => {
      await writer.setEnabled(own?.id ?? '', false);
    });
    const result = onlyName(await stage.look());
    expect(result).toMatchObject({ outcome: 'hold', reason: 'LastAnswer' });
    // The healthy one is back at once.
    expect(result.done).toEqual(['enable 198.18.0.1 on default']);
    expect(await stage.answers()).toEqual(both(stage, OWN, EXTRA));
  });

  it('in a zone of more than a page nobody removes in its first ten seconds, or gives it back', async () => {
    const many = Array.from({ length: 501 }, (_, i) => ({
      rr: `n${i}`,
      type: 'A' as const,
      value: '192.0.2.1',
      ttl: 60,
    }));
    const stage = await withExtra({
      records: (address) => [
        aRecord(address(OWN), { remark: MARK }),
        aRecord(address(EXTRA), { remark: MARK }),
        ...many,
      ],
    });
    await stage.tag(EXTRA, 'draining');
    expect(onlyName(await stage.look())).toMatchObject({ outcome: 'change', reason: 'AddressNotServing' });
    expect(await stage.answers()).toEqual([stage.address(OWN)]);
    expect(await leases(stage)).toHaveLength(1);
    const { at } = stage.cloud.calls().find(({ operation }) => operation === 'alidns.AddDomainRecord') ?? { at: 0 };
    const removed = stage.cloud.calls().find(({ operation }) => operation === 'alidns.SetDomainRecordStatus');
    expect((removed?.at ?? 0) - at).toBeGreaterThanOrEqual(10 * SECOND);
  });

  it('a list that is older than the lease is not judged by', async () => {
    const stage = await withExtra();
    await stage.tag(EXTRA, 'draining');
    const own = await recordOf(stage, OWN);
    const writer = createZoneWriter(stage.cloud.openApi());
    stage.cloud.dns.listsLag(1_500);
    stage.cloud.faults.before({ operation: 'alidns.AddDomainRecord', times: 1 }, async () => {
      await writer.setEnabled(own?.id ?? '', false);
    });
    await stage.look();
    expect(stage.writes().filter((operation) => operation === 'alidns.SetDomainRecordStatus')).toHaveLength(2);
    expect(await stage.answers()).toEqual(both(stage, OWN, EXTRA));
  });

  it('that was given when its minute was over is none', async () => {
    const stage = await withExtra();
    stage.cloud.dns.ignoreDates(true);
    await stage.tag(EXTRA, 'draining');
    stage.cloud.faults.before({ operation: 'alidns.AddDomainRecord', times: 1 }, () => stage.cloud.step(MINUTE));
    expect(onlyName(await stage.look())).toMatchObject({ outcome: 'hold', reason: 'LeaseHeld' });
    expect([await leases(stage), await stage.answers()]).toEqual([[], both(stage, OWN, EXTRA)]);
  });

  it('is not asked for while nobody knows what time it is for the vendor', async () => {
    const stage = await withExtra();
    await stage.tag(EXTRA, 'draining');
    const dateless: OpenApi = {
      call: async (call) => {
        const { body, requestId } = await stage.cloud.openApi().call(call);
        return { body, requestId };
      },
    };
    const result = await stage.look(stage.through(dateless));
    expect(result.zones).toMatchObject([{ fence: 'unproven' }]);
    expect(onlyName(result)).toMatchObject({ outcome: 'hold', reason: 'WriteFailed' });
    expect(stage.writes()).toEqual([]);
  });

  it('is of the one who got it, when two ask at once', async () => {
    const stage = await withExtra();
    await stage.tag(EXTRA, 'draining');
    const writer = createZoneWriter(stage.cloud.openApi());
    stage.cloud.faults.before({ operation: 'alidns.AddDomainRecord', times: 1 }, async () => {
      const epoch = Math.floor(stage.cloud.clock.now() / MINUTE);
      await writer.add(ZONE, { rr: LEASE, type: 'TXT', value: `epoch=${epoch}`, line: 'default', ttl: 60 });
    });
    expect(onlyName(await stage.look())).toMatchObject({ outcome: 'hold', reason: 'LeaseHeld', needsPerson: false });
    expect(await stage.answers()).toEqual(both(stage, OWN, EXTRA));
    expect(await leases(stage)).toHaveLength(1);
  });

  it('is worth nothing when somebody freezes the zone meanwhile', async () => {
    const stage = await withExtra();
    await stage.tag(EXTRA, 'draining');
    const writer = createZoneWriter(stage.cloud.openApi());
    stage.cloud.faults.before({ operation: 'alidns.AddDomainRecord', times: 1 }, async () => {
      await writer.add(ZONE, { rr: '_gateway-autopilot-freeze', type: 'TXT', value: 'ops', line: 'default', ttl: 60 });
    });
    expect(onlyName(await stage.look())).toMatchObject({ outcome: 'hold', reason: 'Frozen' });
    expect(await stage.answers()).toEqual(both(stage, OWN, EXTRA));
  });

  it('is not asked for in a zone that was frozen since the look began, and nothing is cleared away there', async () => {
    const stage = await withExtra({
      names: [WWW, { ...WWW, name: 'api.example.com', rr: 'api', publish: 'observe' }],
      records: (address) => [
        aRecord(address(OWN), { remark: MARK }),
        aRecord(address(EXTRA), { remark: MARK }),
        { rr: LEASE, type: 'TXT', value: 'epoch=29900000' },
      ],
    });
    await stage.tag(EXTRA, 'draining');
    const writer = createZoneWriter(stage.cloud.openApi());
    const resolver = stage.cloud.dns.resolver();
    let frozen = false;
    const freezing: Resolver = {
      ask: async (question) => {
        if (!frozen) {
          frozen = true;
          const content = { rr: '_gateway-autopilot-freeze', type: 'TXT', value: 'ops', line: 'default', ttl: 60 };
          await writer.add(ZONE, content);
          stage.cloud.resetCalls();
        }
        return resolver.ask(question);
      },
    };
    expect(onlyName(await stage.look({ resolver: freezing }))).toMatchObject({ outcome: 'hold', reason: 'Frozen' });
    expect(stage.writes()).toEqual([]);
  });

  it('under which the zone is frozen is left to end by itself, and no answer comes back either', async () => {
    const stage = await withExtra();
    await stage.tag(EXTRA, 'draining');
    const own = await recordOf(stage, OWN);
    const writer = createZoneWriter(stage.cloud.openApi());
    stage.cloud.faults.before({ operation: 'alidns.AddDomainRecord', times: 1 }, async () => {
      await writer.add(ZONE, { rr: '_gateway-autopilot-freeze', type: 'TXT', value: 'ops', line: 'default', ttl: 60 });
      await writer.setEnabled(own?.id ?? '', false);
      await stage.tag(EXTRA, 'serving');
      stage.cloud.loadBalancers.break(EXTRA, true);
      stage.cloud.resetCalls();
    });
    expect(onlyName(await stage.look())).toMatchObject({ outcome: 'hold', reason: 'Frozen', done: [] });
    expect(stage.writes()).toEqual(['alidns.AddDomainRecord']);
    expect(await leases(stage)).toHaveLength(1);
  });

  it('a zone whose names are only observed is not cleared', async () => {
    const names = ['www', 'api'].map((rr) => ({ ...WWW, rr, name: `${rr}.example.com`, publish: 'observe' as const }));
    const stage = await aZone({
      names,
      records: (address) => [
        aRecord(address(OWN), { remark: MARK }),
        { rr: LEASE, type: 'TXT', value: 'epoch=29900000' },
      ],
    });
    await stage.look();
    expect(stage.writes()).toEqual([]);
  });

  it('under which the zone cannot be read costs its readings once, however many answers are to go', async () => {
    const stage = await withExtra({
      records: (address) => [OWN, EXTRA, THIRD].map((id) => aRecord(address(id), { remark: MARK })),
    });
    await stage.tag(EXTRA, 'draining');
    await stage.tag(THIRD, 'draining');
    stage.cloud.dns.listsLag(MINUTE);
    const { failures } = onlyName(await stage.look());
    expect(failures.map(({ reason }) => reason)).toEqual(['ConcurrentChange', 'ConcurrentChange']);
    expect(stage.calls().filter((operation) => operation === 'alidns.DescribeDomainRecords')).toHaveLength(3);
  });

  it('is left unused when its time is over, also without the fence', async () => {
    const stage = await withExtra();
    stage.cloud.dns.ignoreDates(true);
    await stage.tag(EXTRA, 'draining');
    stage.cloud.faults.before({ operation: 'alidns.DescribeDomainRecords', times: 1 }, () =>
      stage.cloud.step(45 * SECOND),
    );
    expect(onlyName(await stage.look())).toMatchObject({ outcome: 'hold', reason: 'DeadlineReached' });
    expect(await stage.answers()).toEqual(both(stage, OWN, EXTRA));
  });

  it('a removal that a name server does not follow is said to be unverified', async () => {
    const stage = await withExtra();
    await stage.tag(EXTRA, 'draining');
    stage.cloud.dns.breakServer('ns2.alidns.example', 'stale');
    const result = onlyName(await stage.look());
    expect(result).toMatchObject({ outcome: 'hold', reason: 'NotVerified' });
    expect(result.verification).toEqual([
      { line: 'default', type: 'A', outcome: 'unverified', message: '198.18.0.2 is still answered' },
    ]);
    expect(await stage.answers()).toEqual([stage.address(OWN)]);
  });

  it('is not asked for near the end of a minute: the next one is waited for', async () => {
    const stage = await withExtra();
    await stage.tag(EXTRA, 'draining');
    stage.cloud.step(40 * SECOND);
    await stage.look();
    expect(await stage.answers()).toEqual([stage.address(OWN)]);
    const claim = stage.cloud.calls().find(({ operation }) => operation === 'alidns.AddDomainRecord');
    expect(new Date(claim?.at ?? 0).toISOString()).toBe('2026-11-23T10:01:00.000Z');
  });

  it('leases of the dead are cleared away where the zone is read whole', async () => {
    const stage = await aZone({
      names: [WWW, { ...WWW, name: 'api.example.com', rr: 'api' }],
      records: (address) => [
        aRecord(address(OWN), { remark: MARK }),
        aRecord(address(OWN), { rr: 'api', remark: MARK }),
        ...['epoch=29900000', 'not ours', `epoch=${Math.floor(Date.UTC(2026, 10, 23, 9, 58) / MINUTE)}`].map(
          (value) => ({
            rr: LEASE,
            type: 'TXT' as const,
            value,
          }),
        ),
      ],
    });
    await stage.look();
    expect(await leases(stage)).toEqual(['epoch=29923798', 'not ours']);
  });

  it('lists that are old: the zone is read until it shows the lease', async () => {
    const stage = await withExtra();
    await stage.tag(EXTRA, 'draining');
    stage.cloud.dns.listsLag(1_000);
    await stage.look();
    expect(await stage.answers()).toEqual([stage.address(OWN)]);
  });
});

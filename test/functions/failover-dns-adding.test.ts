import { createZoneWriter } from '../../shared/cloud/zones';
import { MINUTE } from '../../shared/core/time';
import { aRecord, aZone, both, EXTRA, MARK, OWN, onlyName, recordOf, WWW, ZONE, type ZoneStage } from './a-zone';

const ADDING = '_gateway-autopilot-adding';

/** The extra CLB is answered, and the gateway's own is to be added. */
async function ownMissing(more: Parameters<typeof aZone>[0] = {}): Promise<ZoneStage> {
  const stage = await aZone({ records: (address) => [aRecord(address(EXTRA), { remark: MARK })], ...more });
  await stage.tag(EXTRA, 'serving');
  return stage;
}

async function entries(stage: ZoneStage): Promise<readonly string[]> {
  return (await stage.records()).filter(({ rr }) => rr === ADDING).map(({ value }) => value);
}

/** A look that dies before it marks what it added. */
async function dieBeforeTheMark(stage: ZoneStage): Promise<void> {
  const dying = stage.around({
    before: ({ action }) => {
      if (action === 'UpdateDomainRecordRemark') throw new Error('killed');
    },
  });
  await expect(stage.look({ ...stage.through(dying), memory: new Map() })).rejects.toThrow('killed');
}

describe('the address of an own CLB', () => {
  it('is written down before it is added, and struck out once its record is marked', async () => {
    const stage = await ownMissing();
    expect(onlyName(await stage.look()).done).toEqual(['add 198.18.0.1 on default']);
    expect(stage.writes()).toEqual([
      'alidns.AddDomainRecord',
      'alidns.AddDomainRecord',
      'alidns.UpdateDomainRecordRemark',
      'alidns.DeleteDomainRecord',
    ]);
    expect(await recordOf(stage, OWN)).toMatchObject({ remark: `${MARK} cn-hangzhou` });
    expect(await entries(stage)).toEqual([]);
  });

  it.each([[[WWW]], [[WWW, { ...WWW, name: 'api.example.com', rr: 'api', publish: 'observe' as const }]]])(
    'that was added by somebody who died before the mark is ours at the next look, and withdrawn when it is sick: %#',
    async (names) => {
      const stage = await ownMissing({ names });
      await dieBeforeTheMark(stage);
      expect(await entries(stage)).toEqual(['A default www 198.18.0.1']);
      expect(await recordOf(stage, OWN)).toMatchObject({ remark: '' });
      const next = onlyName(await stage.look());
      expect(next).toMatchObject({ outcome: 'change', reason: 'RecordDiffers' });
      expect(next.done).toEqual(['mark 198.18.0.1 on default as ours']);
      expect(await entries(stage)).toEqual([]);
      stage.cloud.step(MINUTE);
      stage.cloud.loadBalancers.break(OWN, true);
      await stage.look();
      expect(await stage.answers()).toEqual([stage.address(EXTRA)]);
    },
  );

  it('that is added while its entry is there already by somebody who died is marked and struck out', async () => {
    const stage = await ownMissing();
    const value = `A default www ${stage.address(OWN)}`;
    await createZoneWriter(stage.cloud.openApi()).add(ZONE, {
      rr: ADDING,
      type: 'TXT',
      value,
      line: 'default',
      ttl: 60,
    });
    await stage.look();
    expect(await recordOf(stage, OWN)).toMatchObject({ remark: `${MARK} cn-hangzhou` });
    expect(await entries(stage)).toEqual([]);
  });

  it('whose mark is refused for long is told, is never added twice, and is ours at the next look', async () => {
    const stage = await ownMissing();
    const code = 'LastOperationNotFinished';
    stage.cloud.faults.fail({ operation: 'alidns.UpdateDomainRecordRemark', status: 400, code });
    const first = onlyName(await stage.look());
    expect(first).toMatchObject({ outcome: 'hold', reason: 'WriteFailed', done: [] });
    expect(first.message).toContain('mark 198.18.0.1 on default as ours: ');
    expect(stage.writes()).toEqual(['alidns.AddDomainRecord', 'alidns.AddDomainRecord']);
    stage.cloud.faults.clear();
    await stage.look();
    expect(await recordOf(stage, OWN)).toMatchObject({ remark: MARK });
    expect(await entries(stage)).toEqual([]);
  });

  it('is added where it cannot be written down, and a mark that fails then is for a person', async () => {
    const stage = await ownMissing();
    const quota = { operation: 'alidns.AddDomainRecord', times: 1, status: 400, code: 'QuotaExceeded.Record' };
    stage.cloud.faults.fail(quota);
    stage.cloud.faults.fail({ operation: 'alidns.UpdateDomainRecordRemark', status: 503, code: 'ServiceUnavailable' });
    expect(onlyName(await stage.look())).toMatchObject({ outcome: 'hold', needsPerson: true });
    expect(await stage.answers()).toEqual(both(stage, OWN, EXTRA));
  });

  it('that is refused leaves no entry, so that a record of the operator with it stays theirs', async () => {
    const stage = await ownMissing();
    const writer = createZoneWriter(stage.cloud.openApi());
    const record = { rr: 'www', type: 'A', value: stage.address(OWN), line: 'default', ttl: 60 };
    stage.cloud.faults.before({ operation: 'slb.DescribeLoadBalancerAttribute', times: 1 }, async () => {
      await writer.add(ZONE, record);
    });
    await stage.look();
    await stage.looks(2);
    expect(await recordOf(stage, OWN)).toMatchObject({ remark: '' });
    expect(await entries(stage)).toEqual([]);
  });
});

describe('entries', () => {
  it('of records that never came are cleared away after a while', async () => {
    const names = [WWW, { ...WWW, name: 'api.example.com', rr: 'api' }];
    const stage = await aZone({
      names,
      records: (address) => [
        aRecord(address(OWN), { remark: MARK }),
        aRecord(address(OWN), { rr: 'api', remark: MARK }),
        { rr: ADDING, type: 'TXT', value: 'A default www 192.0.2.1' },
      ],
    });
    await stage.look();
    expect(await entries(stage)).toEqual([]);
    await createZoneWriter(stage.cloud.openApi()).add(ZONE, {
      rr: ADDING,
      type: 'TXT',
      value: 'A default www 192.0.2.1',
      line: 'default',
      ttl: 60,
    });
    await stage.look();
    expect(await entries(stage)).toHaveLength(1);
    stage.cloud.step(10 * MINUTE);
    await stage.look();
    expect(await entries(stage)).toEqual([]);
  });

  it('make nobody else’s record ours: with a remark it stays theirs', async () => {
    const stage = await aZone({
      records: (address) => [
        aRecord(address(OWN), { remark: 'terraform' }),
        { rr: ADDING, type: 'TXT', value: `A default www ${address(OWN)}` },
      ],
    });
    await stage.look();
    expect(await recordOf(stage, OWN)).toMatchObject({ remark: 'terraform' });
  });

  it('are not asked for again where a name is quiet and its own record is not adopted', async () => {
    const stage = await aZone({ records: (address) => [aRecord(address(OWN))] });
    await stage.look();
    stage.cloud.step(15 * MINUTE);
    stage.cloud.resetCalls();
    await stage.look();
    expect(stage.calls().filter((call) => call.startsWith('alidns'))).toEqual(['alidns.DescribeSubDomainRecords']);
  });
});

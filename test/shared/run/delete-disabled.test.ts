import { createZones, createZoneWriter } from '../../../shared/cloud/zones';
import { MINUTE } from '../../../shared/core/time';
import { deleteDisabled } from '../../../shared/run/delete-disabled';
import { aRecord, aZone, EXTRA, MARK, OWN, ZONE, type ZoneStage } from '../../functions/a-zone';

function leftOver(): Promise<ZoneStage> {
  return aZone({
    records: (address) => [
      aRecord(address(OWN), { remark: MARK }),
      aRecord(address(EXTRA), { remark: MARK, enabled: false }),
      aRecord(address(EXTRA), { rr: 'api', enabled: false }),
    ],
  });
}

function clear({ address, cloud }: ZoneStage): Promise<void> {
  const api = cloud.openApi();
  const sources = { clock: cloud.clock, everyZone: [ZONE], zones: createZones(api) };
  return deleteDisabled(sources, createZoneWriter(api), address(EXTRA));
}

async function names(stage: ZoneStage, id: string): Promise<readonly string[]> {
  return (await stage.records()).filter(({ value }) => value === stage.address(id)).map(({ rr }) => rr);
}

it('disabled records of ours with the address are deleted, those of others are not', async () => {
  const stage = await leftOver();
  await clear(stage);
  expect(await names(stage, EXTRA)).toEqual(['api']);
});

it('one that was enabled since the zone was read stays', async () => {
  const stage = await leftOver();
  const writer = createZoneWriter(stage.cloud.openApi());
  const [ours] = (await stage.records()).filter(({ remark, enabled }) => remark === MARK && !enabled);
  stage.cloud.faults.before({ operation: 'alidns.DescribeSubDomainRecords', times: 1 }, async () => {
    await writer.setEnabled(ours?.id ?? '', true);
  });
  await clear(stage);
  expect([...(await names(stage, EXTRA))].sort()).toEqual(['api', 'www']);
});

it('a request that is held up until somebody has enabled the record does nothing', async () => {
  const stage = await leftOver();
  stage.cloud.faults.before({ operation: 'alidns.DeleteDomainRecord', times: 1 }, () => stage.cloud.step(3 * MINUTE));
  await expect(clear(stage)).rejects.toMatchObject({ kind: 'conflict', code: 'InvalidTimeStamp.Expired' });
  expect([...(await names(stage, EXTRA))].sort()).toEqual(['api', 'www']);
});

it('where the vendor takes no date of 13 minutes ago it is signed as usual', async () => {
  const stage = await leftOver();
  stage.cloud.faults.fail({
    operation: 'alidns.DescribeDomainInfo',
    times: 1,
    status: 400,
    code: 'InvalidTimeStamp.Expired',
  });
  await clear(stage);
  expect(await names(stage, EXTRA)).toEqual(['api']);
});

it('in a zone that somebody has frozen nothing is deleted', async () => {
  const stage = await leftOver();
  const freeze = { rr: '_gateway-autopilot-freeze', type: 'TXT', line: 'default', ttl: 600 } as const;
  const value = 'owner=li.wei;until=2099-01-01T00:00Z;reason=migration';
  await createZoneWriter(stage.cloud.openApi()).add(ZONE, { ...freeze, value });
  await expect(clear(stage)).rejects.toMatchObject({
    kind: 'conflict',
    message: expect.stringContaining('example.com is frozen by li.wei until 2099-01-01T00:00:00'),
  });
  expect([...(await names(stage, EXTRA))].sort()).toEqual(['api', 'www']);
});

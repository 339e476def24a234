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
  return deleteDisabled({ everyZone: [ZONE], zones: createZones(api) }, createZoneWriter(api), address(EXTRA));
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

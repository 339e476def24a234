import { aFront, CAPACITY, type Front, only, PUBLISHED, REGION } from './a-front';

const ELSEWHERE = 'www.example.net: { zone: example.net, gateway: ingressgateway, publish: none }';

/** A gateway with a name of ours, and another one in a zone that somebody else looks after. */
function aFrontWithOthers(publish: 'none' | 'observe' = 'none'): Front {
  const configuration = `${PUBLISHED.trimEnd()}\n  ${ELSEWHERE.replace('none', publish)}\n`;
  const front = aFront({ configuration });
  const value = front.cloud.loadBalancers.address('lb-1');
  front.cloud.dns.addZone({
    name: 'example.net',
    edition: 'ultimate',
    nameServers: [{ host: 'nsx.alidns.example', delay: 0 }],
    records: [{ rr: 'www', type: 'A', value, ttl: 60 }],
  });
  return front;
}

async function minutes(front: Front, count: number): Promise<void> {
  for (let minute = 0; minute < count; minute += 1) {
    await front.look();
    await front.publish();
    front.pass(1);
  }
}

async function addRecord(front: Front, zone: string, value: string): Promise<void> {
  await front.cloud.openApi().call({
    product: 'alidns',
    region: REGION,
    action: 'AddDomainRecord',
    effect: 'write',
    query: { DomainName: zone, RR: 'shop', Type: 'A', Value: value },
  });
}

/** An extra one that serves and is published by others too, and is not needed any more. */
async function servedElsewhere(front: Front): Promise<string> {
  front.load(0.9 * CAPACITY);
  front.pass(3);
  await minutes(front, 10);
  const [id = ''] = front.bought();
  const address = front.cloud.loadBalancers.address(id);
  await addRecord(front, 'example.net', address);
  front.load(0.1 * CAPACITY);
  front.cloud.sendTo(REGION, 'ingressgateway', () => ({
    [address]: 1,
    [front.cloud.loadBalancers.address('lb-1')]: 1,
  }));
  front.pass(70);
  return id;
}

describe('a gateway of which others publish a name, too', () => {
  it.each(['none', 'observe'] as const)('publish %s: its connections are never cut', async (publish) => {
    const front = aFrontWithOthers(publish);
    const id = await servedElsewhere(front);
    await minutes(front, 200);
    expect(front.bought()).toEqual([id]);
    expect(only(await front.look()).extras).toMatchObject([{ id, stage: 'draining', reason: 'Withdrawing' }]);
  });

  it('whose zone cannot be read: nothing is released, and a person is told', async () => {
    const front = aFrontWithOthers();
    const id = await servedElsewhere(front);
    front.cloud.faults.fail({ operation: 'alidns.DescribeDomainRecords', status: 403, code: 'Forbidden.RAM' });
    await front.looks(10);
    front.pass(10 * 60);
    expect(only(await front.look()).extras).toMatchObject([
      { id, stage: 'draining', reason: 'ReadFailed', needsPerson: true },
    ]);
  });
});

import { createCloud } from '../../rehearsal/cloud';
import { SECRET_MARK } from '../../rehearsal/cloud/secret-mark';
import { show } from '../../rehearsal/shown';
import { CONFIG_MAP } from '../../shared/cloud/kinds';
import { CloudError, InvalidInput } from '../../shared/errors';
import { takeFindings } from './nothing-leaks';

const CONFIG_MAP_HEAD = { apiVersion: 'v1', kind: 'ConfigMap' };
const LINE = {
  schema: 1,
  level: 'warn',
  event: 'not-understood',
  at: '2026-11-23T10:00:35Z',
  function: 'scale-gateway',
  requestId: 'r',
  region: 'cn-hangzhou',
  why: 'it is empty',
};

describe('a secret', () => {
  it.each(['log line', 'answer', 'card', 'call', 'output'] as const)('in a %s fails the test', (as) => {
    show(as, JSON.stringify({ ...LINE, why: `of ${SECRET_MARK}xyz` }));
    expect(takeFindings()).toEqual([expect.stringContaining(`a secret shows in a ${as}`)]);
  });

  it('in the message of an error fails the test, whoever catches it', () => {
    const cloud = new CloudError(`no ${SECRET_MARK}`, { kind: 'rejected', operation: 'cms.X' });
    expect(takeFindings()).toEqual([expect.stringContaining('the message of an error')]);
    const input = new InvalidInput(`no ${SECRET_MARK}`);
    expect(takeFindings()).toEqual([expect.stringContaining('the message of an error')]);
    expect([cloud, input].map((error) => error instanceof Error)).toEqual([true, true]);
  });

  it('is in all that the emulated cloud hands out', () => {
    const { accessKeyId, accessKeySecret, securityToken } = createCloud({ at: 0, seed: 1 }).credentials();
    for (const secret of [accessKeyId, accessKeySecret, securityToken]) expect(secret).toContain(SECRET_MARK);
  });

  it('that is written into the cloud fails the test', async () => {
    const cloud = createCloud({ at: 0, seed: 1 });
    const call = { product: 'cms', region: 'cn-hangzhou', action: 'PutCustomEvent', effect: 'write' } as const;
    const query = { 'EventInfo.1.EventName': 'Told', 'EventInfo.1.Content': `the key ${SECRET_MARK}` };
    await cloud.openApi().call({ ...call, query });
    expect(takeFindings()).toEqual([expect.stringContaining('a secret shows in a call')]);
    cloud.addCluster({ region: 'cn-hangzhou', id: 'c1' });
    const kube = await cloud.kubeConnector().open({ of: 'ack', region: 'cn-hangzhou', id: 'c1', privateApi: true });
    const metadata = { name: 'gateway-autopilot', namespace: 'istio-system' };
    await kube.create(CONFIG_MAP, 'istio-system', { ...CONFIG_MAP_HEAD, metadata, data: { freeze: SECRET_MARK } });
    expect(takeFindings()).toEqual([expect.stringContaining('a secret shows in a call')]);
  });

  it('that a function answers or throws is seen on its way out', async () => {
    const cloud = createCloud({ at: 0, seed: 1 });
    const at = { region: 'cn-hangzhou', timeout: 60, memory: 512 };
    cloud.functions.deploy({ ...at, name: 'tells', handler: (_, { credentials }) => credentials });
    const throws = (
      _: Buffer,
      { credentials }: { readonly credentials: { readonly securityToken: string } },
    ): never => {
      throw new Error(credentials.securityToken);
    };
    cloud.functions.deploy({ ...at, name: 'throws', handler: throws });
    for (const name of ['tells', 'throws']) {
      await cloud.functions.invoke('cn-hangzhou', name, '');
      expect(takeFindings()).toEqual([expect.stringContaining('a secret shows in a answer')]);
    }
  });
});

describe('a log line', () => {
  it('that the table knows is well', () => {
    show('log line', JSON.stringify(LINE));
    expect(takeFindings()).toEqual([]);
  });

  it.each([
    [{ event: 'something' }, /^something is no event of the table/],
    [{ level: 'info' }, /^not-understood is logged at level info$/],
    [{ why: undefined }, /^not-understood lacks why$/],
    [{ schema: undefined }, /^not-understood lacks schema$/],
    [{ colour: 'blue' }, /^not-understood has colour, which the table lacks$/],
  ])('with %j fails the test', (changes, finding) => {
    show('log line', JSON.stringify({ ...LINE, ...changes }));
    expect(takeFindings()).toEqual([expect.stringMatching(finding)]);
  });
});

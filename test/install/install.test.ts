import { blocks, section } from '../documents';
import { type AccountOptions, anInstalledAccount, type Everything, type InstalledAccount, REGION } from './an-account';

jest.setTimeout(240_000);

const [FILE = ''] = blocks(section('Installing'), 'yaml');
const BLOCKS = ['Installing', 'Leaving it'].flatMap((heading) => blocks(section(heading), 'sh'));
const [CHECK, ROLES, RBAC, DEPLOY, SURVEY, LOOK, ADOPTABLE, ACT, RELEASE, LEAVE] = BLOCKS as [
  string,
  string,
  string,
  string,
  string,
  string,
  string,
  string,
  string,
  string,
];
const EXTRA = 'Service ingressgateway-clb-1';
const NAMED = {
  cluster: 'c0a1b2c3d4e5f60718293a4b5c6d7e8f9',
  mesh: 'cf1e2d3c4b5a69788796a5b4c3d2e1f0a',
  clb: 'lb-bp1a2b3c4d5e6f7g8h9i0',
};

it('has a block for every step', () => {
  expect(BLOCKS).toHaveLength(10);
});

/** Words of what the functions have done, as their log says it. */
function done(account: InstalledAccount): readonly string[] {
  return account.log().flatMap(({ event, object, step, from, to }) => {
    if (event === 'clb-step') return [`CLB: ${String(step)}`];
    if (event !== 'write') return [];
    return [object === undefined ? String(step) : `replicas ${String(from)} → ${String(to)}`];
  });
}

async function until(account: InstalledAccount, what: () => boolean | Promise<boolean>, most: number): Promise<void> {
  for (let minutes = 0; minutes < most; minutes += 1) {
    if (await what()) return;
    await account.pass(1);
  }
  throw new Error(`not within ${most} minutes: ${done(account).slice(-10).join('; ')}`);
}

/** From the first command to functions that observe. */
async function observing(options: Omit<AccountOptions, 'named'>) {
  const account = anInstalledAccount({ ...options, named: NAMED });
  const before = await account.everything();
  account.files['autopilot.yaml'] = FILE;
  for (const block of [CHECK, ROLES, RBAC, DEPLOY, SURVEY]) await account.script(block);
  expect(account.printed()).toContain(' checks fail, 0 critical: nothing keeps the functions from their work');
  account.load(8_000);
  await account.pass(10);
  return { account, before };
}

async function acting(account: InstalledAccount): Promise<void> {
  account.files['autopilot.yaml'] = FILE.replaceAll(/(mode|publish): observe/g, '$1: auto');
  await account.script(ACT);
  // Upgrades go by the same step, and there may be many of them.
  for (let upgrade = 1; upgrade <= 5; upgrade += 1) await account.script(ACT);
}

/** All the way back out, with the commands that are printed at the end. */
async function left(account: InstalledAccount): Promise<readonly string[]> {
  const [release = '', status = ''] = RELEASE.split('\n');
  await account.script(release);
  await until(account, async () => !(EXTRA in (await account.everything())), 150);
  await account.script(status);
  account.files['autopilot.yaml'] = FILE;
  const [build = '', deploy = '', ...uninstall] = LEAVE.trimEnd().split('\n');
  await account.script(`${build}\n${deploy}`);
  await account.pass(2);
  await account.script(uninstall.join('\n'));
  const printed = account.printed().split('\n');
  const byHand = printed.slice(printed.findIndex((line) => line.startsWith('What is left to do by hand')) + 1);
  await account.script(byHand.map((line) => line.trim()).join('\n'));
  await account.pass(10);
  return printed.filter((line) => line.startsWith('stays'));
}

/** What differs, each as one line; of what is new or gone only where it is. */
function differences(before: Everything, after: Everything): readonly string[] {
  const places = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return places.flatMap((place) => {
    if (before[place] === undefined) return [`new: ${place}`];
    if (after[place] === undefined) return [`gone: ${place}`];
    const [old, now] = [leaves(before[place]), leaves(after[place])];
    const paths = [...new Set([...old.keys(), ...now.keys()])];
    return paths.flatMap((each) =>
      old.get(each) === now.get(each) ? [] : [`${place}: ${each} ${old.get(each)} → ${now.get(each)}`],
    );
  });
}

function leaves(thing: unknown, at = ''): ReadonlyMap<string, string> {
  if (typeof thing !== 'object' || thing === null) return new Map([[at, JSON.stringify(thing)]]);
  return new Map(Object.entries(thing).flatMap(([key, value]) => [...leaves(value, at === '' ? key : `${at}.${key}`)]));
}

/** Texts that only we write. */
function ours(everything: Everything): readonly string[] {
  return Object.entries(everything).flatMap(([place, thing]) =>
    `${place} ${JSON.stringify(thing)}`.includes('gateway-autopilot') ? [place] : [],
  );
}

it('into an account with nothing but a gateway, to the first actions, and back out', async () => {
  const { account, before } = await observing({ gateway: {}, records: () => [] });
  expect(done(account)).toEqual([]);
  expect(differences(before, await account.everything())).toEqual([]);
  await account.script(LOOK);
  expect(account.printed()).toContain('www.example.com');
  await acting(account);
  await until(account, () => done(account).some((step) => step.startsWith('add ')), 5);
  // Clients have an answer by now, and load comes.
  account.load(28_000);
  await until(account, () => done(account).some((step) => step.startsWith('replicas ')), 10);
  await until(account, async () => EXTRA in (await account.everything()), 15);
  await account.pass(10);
  expect(ours(await account.everything())).toEqual(
    expect.arrayContaining([
      'ConfigMap gateway-autopilot',
      EXTRA,
      'record www A 198.18.0.1',
      'record www A 198.18.0.2',
    ]),
  );
  account.load(8_000);
  expect(await left(account)).toEqual([]);
  const after = await account.everything();
  expect(ours(after)).toEqual([]);
  expect(account.installed()).toEqual([]);
  expect(account.missing).toEqual([]);
  expect(differences(before, after)).toEqual([
    // Replicas stay as they are: what the last load asked for.
    'Deployment istio-ingressgateway: spec.replicas 4 → 3',
    // An answer is never taken away.
    'new: record www A 198.18.0.1',
  ]);
});

it('into one where things stand already: an HPA, records of the same name, a warm pool', async () => {
  const pool = {
    'managed-by': 'gateway-autopilot',
    'gateway-autopilot-pool': 'true',
    'gateway-autopilot-gateway': 'ingressgateway',
  };
  const { account, before } = await observing({
    gateway: { owner: 'asm-left-to-us-hpa', hpa: { min: 2, max: 40, targetUtilization: 60 } },
    prepare: ({ loadBalancers }) =>
      loadBalancers.add({ region: REGION, id: 'lb-pool', specification: 'slb.s1.small', tags: pool }),
    records: (address) => [
      { rr: 'www', type: 'A', value: address(NAMED.clb), ttl: 600, remark: 'entry of the shop, ask Kim' },
      { rr: 'www', type: 'TXT', value: 'theirs', ttl: 600, remark: 'verification' },
      { rr: 'mail', type: 'A', value: '192.0.2.1', ttl: 600 },
    ],
  });
  await account.script(LOOK);
  await account.script(ADOPTABLE);
  expect(account.printed()).toContain('TTL of 198.18.0.2 on default from 600 to 60 s');
  expect(differences(before, await account.everything())).toEqual([]);
  await acting(account);
  await account.script(ADOPTABLE.replace(' --dry-run', ''));
  await account.pass(5);
  account.load(28_000);
  await until(account, async () => EXTRA in (await account.everything()), 15);
  await account.pass(15);
  const busy = ours(await account.everything());
  expect(busy).toEqual(expect.arrayContaining(['ConfigMap gateway-autopilot', EXTRA, 'CLB lb-pool']));
  account.load(8_000);
  const stays = await left(account);
  expect(stays.map((line) => line.replace(/aliyun .*/, '…'))).toEqual([
    'stays  lb-pool of the warm pool keeps the tags that you gave it',
    'stays  zone example.com: A 198.18.0.2 of www on default keeps the TTL 60; as before it was adopted: …',
  ]);
  const after = await account.everything();
  expect(ours(after)).toEqual(ours(before));
  expect(account.installed()).toEqual([]);
  expect(account.missing).toEqual([]);
  // The vendor switches an instance off that has lost its last listener, and the cloud controller's own tag stays.
  const ofThePool = [
    'CLB lb-pool: status "active" → "inactive"',
    'CLB lb-pool: tags.kubernetes.reused.by.user undefined → "true"',
  ];
  expect(differences(before, after)).toEqual([...ofThePool, 'record www A 198.18.0.2: ttl 600 → 60']);
  // The command that is printed for it gives that back, too.
  await account.script(/aliyun .*/.exec(stays.join('\n'))?.[0] ?? '');
  expect(differences(before, await account.everything())).toEqual(ofThePool);
});

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { ramPolicy } from '../deploy/ram-policies';
import { readJournal } from '../shared/cloud/journal';
import { loadConfiguration } from '../shared/config/load';
import { CHECKS } from '../shared/core/audit/checks';
import { CONTROLLER_CHECKS } from '../shared/core/check/audit';
import { CLUSTER_CHECKS } from '../shared/core/check/cluster';
import { FRONT_CHECKS } from '../shared/core/check/fronts';
import { INVOCATION_CHECKS } from '../shared/core/check/invocation';
import { ZONE_CHECKS } from '../shared/core/check/names';
import { OWNER_CHECKS } from '../shared/core/check/owners';
import { EGRESS_CHECKS, REACH_CHECKS } from '../shared/core/check/reach';
import type { Reason } from '../shared/core/decision';
import { FUNCTIONS } from '../shared/core/function-name';
import { KUBE_RIGHTS, KUBE_ROLES, type KubeRights, type Rule } from '../shared/core/kube-rights';
import { COMMON_FIELDS, LOG_EVENTS } from '../shared/core/log-events';
import { steersOf } from '../shared/core/steer';
import { freezeIn } from '../shared/core/zone-freeze';
import { COMMANDS, decodeEvent } from '../shared/event';
import { ACCOUNT, EVERYTHING } from './deploy/everything';
import { blocks, DOCUMENTS, document, section } from './documents';
import { aTxtRecord } from './shared/core/a-txt-record';

const EVERY_PAGE = [...DOCUMENTS.values()].join('\n');
const [WHOLE = ''] = blocks(section('Your own file'), 'yaml');

/** The block of a page that is a piece of a configuration, by what they begin with. */
function piece(page: string, beginning: string): string {
  const found = blocks(document(page), 'yaml').find((text) => text.startsWith(beginning));
  if (found === undefined) throw new Error(`${page} shows no ${beginning}`);
  return found;
}

/** What stands in backticks. */
function words(cell = ''): readonly string[] {
  return [...cell.matchAll(/`([^`]+)`/g)].map(([, word = '']) => word);
}

it('asks for exactly the RAM actions that are rendered, each for its functions', () => {
  const [, table = ''] = /^\| action \| for \| why \|\n\| --- .*\n((?:\|.*\n)+)/m.exec(section('Rights')) ?? [];
  const shown = table.split('\n').flatMap((row) => {
    const [, actions, roles] = row.split('|');
    return words(actions).flatMap((action) => words(roles).map((role) => `${role} ${action}`));
  });
  const configuration = loadConfiguration(EVERYTHING, 'autopilot.yaml');
  const rendered = FUNCTIONS.flatMap((role) =>
    (ramPolicy(configuration, ACCOUNT, role)?.Statement ?? []).flatMap(({ Action }) =>
      Action.map((action) => `${role} ${action}`),
    ),
  );
  expect(shown.toSorted()).toEqual([...new Set(rendered)].toSorted());
});

it('asks for exactly the rights in clusters that are rendered', () => {
  const rows = KUBE_ROLES.flatMap((role) => {
    const { cluster, mesh, namespaced }: KubeRights = KUBE_RIGHTS[role];
    const row =
      (where: string) =>
      ({ resourceNames, resources, verbs }: Rule): string => {
        const named = resourceNames === undefined ? '' : ` (${resourceNames.map((each) => `\`${each}\``).join(', ')})`;
        return `| \`${role}\` | ${where} | ${resources.map((each) => `\`${each}\``).join(', ')}${named} | ${verbs.join(', ')} |`;
      };
    return [...namespaced.map(row('namespaces')), ...cluster.map(row('cluster')), ...mesh.map(row('mesh'))];
  });
  const [, shown = ''] =
    /^\| function \| where \| what \| verbs \|\n\| --- .*\n((?:\|.*\n)+)/m.exec(document('docs/rights.md')) ?? [];
  expect(shown.trimEnd().split('\n')).toEqual(rows);
});

describe('Auditing', () => {
  const page = document('docs/auditing.md');

  it('names every check', () => {
    expect(CHECKS.map(({ id }) => id).filter((id) => !page.includes(`\`${id}\``))).toEqual([]);
  });
});

describe('Doctor', () => {
  const page = document('docs/doctor.md');
  const lists: Readonly<Record<string, readonly { readonly id: string }[]>> = {
    each: INVOCATION_CHECKS,
    '`scale-gateway`, `attach-clb`, `audit-gateway`': CLUSTER_CHECKS,
    '`scale-gateway`': OWNER_CHECKS,
    '`attach-clb`': FRONT_CHECKS,
    '`failover-dns`: zones': ZONE_CHECKS,
    '`failover-dns`: others': REACH_CHECKS,
    '`audit-gateway`': CONTROLLER_CHECKS,
    '`probe-region`': EGRESS_CHECKS,
  };
  const rows = [...page.matchAll(/^\| `check` of (.*?) \| (.*) \|$/gm)].map(
    ([, of = '', text = '']) => [of, text] as const,
  );

  it('names every check of the account, of roles and of functions', () => {
    const root = path.join(__dirname, '..');
    const files = readdirSync(path.join(root, 'deploy/doctor')).map((name) => path.join(root, 'deploy/doctor', name));
    const sources = [...files, path.join(root, 'cli/doctor/answers.ts')].map((file) => readFileSync(file, 'utf8'));
    const ids = sources.flatMap((text) => [...text.matchAll(/^ {2}id: '([a-z-]+)'/gm)].map(([, id = '']) => id));
    expect(ids.length).toBeGreaterThan(20);
    const shown = [...page.matchAll(/^\| (?:account|each role|each function in each region) \| (.*) \|$/gm)]
      .flatMap(([, text = '']) => [...text.matchAll(/`([a-z]+(?:-[a-z]+)+|credentials)`/g)])
      .map(([, id]) => id);
    expect([...new Set(shown)].sort()).toEqual([...new Set(ids)].sort());
  });

  it('has a row for each kind of checks that functions make of themselves', () => {
    expect(rows.map(([of]) => of)).toEqual(Object.keys(lists));
  });

  it.each(rows)('names every check of %s, and no other', (of, text) => {
    const shown = [...text.matchAll(/`([a-z-]+)`/g)].map(([, id]) => id);
    const functions = ['scale-gateway', 'attach-clb'];
    expect(shown.filter((id = '') => !functions.includes(id)).toSorted()).toEqual(
      lists[of]?.map(({ id }) => id).toSorted(),
    );
  });
});

it('shows manual commands that the function takes', () => {
  const commands = [...EVERY_PAGE.matchAll(/`(\{"action".*?\})`/g)].map(([, text = '']) => text);
  const shown = commands.map((command) => JSON.parse(command).action);
  expect([...new Set(shown)].sort()).toEqual(Object.keys(COMMANDS).sort());
  for (const command of commands) {
    expect(decodeEvent(Buffer.from(command))).toMatchObject({ kind: 'command' });
  }
});

describe('texts that freeze and lead without a function', () => {
  const AT = Date.parse('2026-11-28T08:00:00Z');
  const shown = (pattern: RegExp): readonly string[] => [...EVERY_PAGE.matchAll(pattern)].map(([, text = '']) => text);

  it('a cluster, by kubectl', () => {
    const literals = shown(/--from-literal=freeze='([^']+)'/g);
    const patches = shown(/patch configmap gateway-autopilot --type merge -p '([^']+)'/g);
    const data = [...literals.map((freeze) => ({ freeze })), ...patches.map((patch) => JSON.parse(patch).data)];
    const reasons = data.map((each) => readJournal({ metadata: { resourceVersion: '1' }, data: each }).freeze?.reason);
    expect(reasons).toEqual(['upgrading, ask Li', 'upgrading, ask Li']);
  });

  it('a zone, by a TXT record', () => {
    const texts = shown(/`(owner=[^`]*;reason=[^`]*)`/g);
    expect(texts.map((text) => freezeIn([aTxtRecord('_gateway-autopilot-freeze', text)], AT))).toEqual([
      { owner: 'li.wei', reason: 'migration', until: Date.parse('2026-11-28T20:00:00Z') },
    ]);
  });

  it('a region, by a TXT record', () => {
    const texts = shown(/`(drain=[^`]*)`/g);
    expect(texts.length).toBeGreaterThan(1);
    for (const text of texts) {
      expect(steersOf([aTxtRecord('_gateway-autopilot-regions', text)], AT)).toMatchObject({
        steers: [{ verb: 'drain', region: 'cn-hangzhou', owner: 'li.wei', reason: 'power works' }],
        problems: [],
      });
    }
  });
});

it('shows a configuration that can be used, piece by piece', () => {
  const [steps = '', schedules = '', rest = ''] = blocks(document('docs/configuration.md'), 'yaml');
  const [calendars = '', policies = ''] = schedules.split('policies:\n');
  const more = policies.slice(policies.indexOf('    schedules:'));
  const text = `${calendars}${WHOLE}${steps}${rest}${more}`;
  expect(Object.keys(loadConfiguration(text, 'README.md').policies)).toEqual(['web']);
});

it('shows CLBs, names and vantage points that can be configured', () => {
  const loadBalancers = piece('docs/extra-clbs.md', '    loadBalancers:');
  const names = piece('docs/names.md', 'names:');
  const probes = piece('docs/vantage-points.md', 'probes:');
  const both = `regions:
  cn-hangzhou: { cluster: { id: c1 } }
  cn-shanghai: { cluster: { id: c2 } }
gateways:
  ingressgateway:
    regions: [cn-hangzhou, cn-shanghai]
    policy: web
    loadBalancers: { cn-hangzhou: [lb-1], cn-shanghai: [lb-2] }
policies:
  web:
    replicas: { min: 1, max: 4 }
    signals: [{ metric: newConnections, target: 300 }]
${loadBalancers}${names}${probes}`;
  const configuration = loadConfiguration(`version: 1\n${both}`, 'README.md');
  expect(configuration.policies['web']?.loadBalancers).toMatchObject({ mode: 'auto', maxExtra: 2 });
  expect(Object.keys(configuration.names)).toEqual(['www.example.com']);
  expect(configuration.probes?.points).toEqual(['cn-hangzhou', 'cn-shanghai', 'cn-beijing']);
});

it('shows channels that can be configured', () => {
  const notify = piece('docs/notifications.md', 'notify:');
  expect(loadConfiguration(`${WHOLE}${notify}`, 'README.md').notify.channels).toMatchObject({
    'on-call': { kind: 'dingtalk', tells: 'people' },
    team: { kind: 'slack', tells: 'everything' },
    audit: { kind: 'webhook', tells: 'everything' },
  });
});

it('names the variables that a deployment needs, but for those of channels', () => {
  const stack = readFileSync(path.join(__dirname, '../s.yaml'), 'utf8');
  const needed = [...stack.matchAll(/env\('(\w+)', 'set-/g)].map(([, name = '']) => name);
  const own = [...new Set(needed)].filter((name) => !/_(?:URL|SECRET|TOKEN)$/.test(name));
  expect(own.length).toBeGreaterThan(3);
  expect(own.filter((name) => !section('Installing').includes(`\`${name}\``))).toEqual([]);
});

it('shows receivers of webhooks a check that works', () => {
  const [code = ''] = blocks(document('docs/notifications.md'), 'js');
  const isOurs: unknown = new Function('require', `${code}; return isOurs;`)(require);
  if (typeof isOurs !== 'function') throw new Error('the page shows no isOurs');
  // Made with openssl: printf '1795348800.{"a":1}' | openssl dgst -sha256 -hmac s3cret
  const headers = {
    'x-autopilot-timestamp': '1795348800',
    'x-autopilot-signature': 'v1=e0a58e8046199a3856dcf07abaee2080a7e5aba7bf17597b37b3bfd7a15d0f67',
  };
  const now = 1_795_348_800_000;
  expect(isOurs('s3cret', headers, '{"a":1}', now)).toBe(true);
  expect(isOurs('s3cret', headers, '{"a":1}', now + 300_000)).toBe(true);
  expect(isOurs('s3cret', headers, '{"a":1}', now + 301_000)).toBe(false);
  expect(isOurs('s3cret', headers, '{"a":2}', now)).toBe(false);
  expect(isOurs('another', headers, '{"a":1}', now)).toBe(false);
  expect(isOurs('s3cret', { ...headers, 'x-autopilot-timestamp': '1795348801' }, '{"a":1}', now)).toBe(false);
  expect(isOurs('s3cret', {}, '{"a":1}', now)).toBe(false);
});

it('explains every reason', () => {
  const source = readFileSync(path.join(__dirname, '../shared/core/decision.ts'), 'utf8');
  const reasons = [...source.matchAll(/^ {2}\| '(\w+)'/gm)].map(([, reason]) => reason as Reason);
  expect(reasons.length).toBeGreaterThan(30);
  const [, table = ''] =
    /^\| reason \| meaning \|\n\| --- .*\n((?:\|.*\n)+)/m.exec(document('docs/decisions.md')) ?? [];
  const explained = table.split('\n').flatMap((row) => words(row.split('|')[1]));
  expect(explained.toSorted()).toEqual(reasons.toSorted());
});

describe('queries of the log', () => {
  const QUERIES = blocks(document('docs/observing.md'), 'sql').map((query) => query.trim());
  const TABLE: Readonly<Record<string, { readonly always: readonly string[]; readonly sometimes: readonly string[] }>> =
    LOG_EVENTS;
  const fieldsOf = (event: string): readonly string[] => {
    const { always, sometimes } = TABLE[event] ?? { always: [], sometimes: [] };
    return [...COMMON_FIELDS, ...always, ...sometimes];
  };

  it('are enough to be of use', () => {
    expect(QUERIES.length).toBeGreaterThan(6);
  });

  it.each(QUERIES)('name only events and fields that there are: %s', (query) => {
    const events = [...query.matchAll(/message\.event: ([a-z-]+)/g)].map(([, event = '']) => event);
    expect(events.filter((event) => TABLE[event] === undefined)).toEqual([]);
    const known = (events.length === 0 ? Object.keys(TABLE) : events).flatMap(fieldsOf);
    const named = [...query.matchAll(/message\.(\w+):|'\$\.(\w+)'/g)].map(
      ([, searched, selected]) => searched ?? selected,
    );
    expect(named.length).toBeGreaterThan(3);
    expect(named.filter((field = '') => !known.includes(field))).toEqual([]);
  });

  it('and what to alert on are metrics that are sent', () => {
    const source = readFileSync(path.join(__dirname, '../shared/serve/look-metrics.ts'), 'utf8');
    const sent = [...source.matchAll(/one\('(\w+)'/g)].map(([, name]) => `gateway_autopilot_${name}`);
    const shown = [...document('docs/observing.md').matchAll(/`(gateway_autopilot_\w+)`/g)].map(([, name]) => name);
    expect([...new Set(shown)].sort()).toEqual([...new Set(sent)].sort());
  });
});

describe('links', () => {
  /** As GitHub makes anchors of headings. */
  function anchors(text: string): readonly string[] {
    const prose = text.replaceAll(/^```.*?^```/gms, '');
    return [...prose.matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
      heading
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
        .replaceAll(' ', '-'),
    );
  }

  const links = [...DOCUMENTS].flatMap(([page, text]) =>
    [...text.matchAll(/\]\((?!https?:)([^)#\s]*)(?:#([^)\s]+))?\)/g)].map(([, target = '', anchor]) => ({
      page,
      target: target === '' ? page : path.join(path.dirname(page), target),
      anchor,
    })),
  );

  it('are seen', () => {
    expect(links.length).toBeGreaterThan(30);
    expect(anchors('### What happens if…\n## `a_b` and c-d?\n')).toEqual(['what-happens-if', 'a_b-and-c-d']);
  });

  it('lead to files and headings that there are', () => {
    const broken = links.filter(({ target, anchor }) => {
      if (!existsSync(path.join(__dirname, '..', target))) return true;
      return anchor !== undefined && !anchors(document(target)).includes(anchor);
    });
    expect(broken).toEqual([]);
  });

  it('lead from the README to every page', () => {
    const shown = links.filter(({ page }) => page === 'README.md').map(({ target }) => target);
    expect([...DOCUMENTS.keys()].filter((page) => page !== 'README.md' && !shown.includes(page))).toEqual([]);
  });
});

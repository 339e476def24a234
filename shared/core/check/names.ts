/** What failover-dns says of the zones of its names. Pure. */
import { byHand, printed } from '../audit/fixes';
import { fail, type Judged, pass, unknown, unread } from '../audit/verdict';
import type { Delegation } from '../delegation';
import type { NameToPublish } from '../publication-model';
import { listed } from '../words';
import type { ZoneInfo } from '../zone';
import type { FenceSeen } from '../zone-lease';
import { joined, type SelfCheck, type Tried } from './self-check';

export interface ZonesSnapshot {
  readonly zones: readonly ZoneTried[];
}

export interface ZoneTried {
  readonly zone: string;
  readonly names: readonly NameToPublish[];
  readonly info: Tried<ZoneInfo>;
  readonly delegation: Tried<Delegation>;
  /** Each of its name servers; a failure where they cannot be found. */
  readonly servers: Tried<readonly ServerTried[]>;
  readonly fence: Tried<FenceSeen>;
}

export interface ServerTried {
  readonly host: string;
  readonly answer: Tried<{ readonly authoritative: boolean; readonly tellsSubnetsApart: boolean }>;
}

const SIGNATURES = {
  page: 'https://help.aliyun.com/en/sdk/product-overview/v3-request-structure-and-signature',
  date: '2026-11',
} as const;

export const ZONE_CHECKS: readonly SelfCheck<ZonesSnapshot>[] = [
  {
    id: 'zone-edition',
    title: 'The edition of each zone allows what its names ask for',
    severity: 'warning',
    why: 'Clients follow by TTL, and a record on a line that the edition does not have is refused.',
    examine: (snapshot) => each(snapshot, edition),
  },
  {
    id: 'zone-delegation',
    title: 'Clients are sent to the name servers that Alidns names for the zone',
    severity: 'critical',
    why: 'What is written in a zone that clients are not sent to reaches nobody.',
    examine: (snapshot) => each(snapshot, delegated),
  },
  {
    id: 'name-servers-reach',
    title: 'The name servers of each zone answer the function',
    severity: 'warning',
    why: 'No answer is taken away before every name server was seen to give another one.',
    examine: (snapshot) => each(snapshot, servers),
  },
  {
    id: 'signature-age',
    title: 'Alidns refuses signatures older than 15 minutes, and takes younger ones',
    severity: 'warning',
    why: 'A removal that is held up beyond its lease is refused by this alone.',
    source: SIGNATURES,
    examine: (snapshot) => each(snapshot, fence),
  },
];

function each({ zones }: ZonesSnapshot, examine: (zone: ZoneTried) => Judged): Judged {
  return joined(
    zones.map((zone) => [zone.zone, examine(zone)] as const),
    'no name is published',
  );
}

function edition({ info, names }: ZoneTried): Judged {
  if (!info.ok) return unread(info);
  const { edition: code, lines, minTtl } = info.value;
  const short = names.filter(({ ttl }) => minTtl !== undefined && ttl < minTtl);
  const wanted = names.flatMap((name) => name.lines.map(({ line }) => ({ line, name: name.name })));
  const without = lines.length === 0 ? [] : wanted.filter(({ line }) => !lines.includes(line));
  const weighted = names.filter(({ weights }) => weights === 'even').map(({ name }) => name);
  const facts = [
    `edition ${code || 'not said'}, smallest TTL ${minTtl === undefined ? 'not said' : `${minTtl} s`}, ${lines.length} lines`,
    ...(weighted.length === 0 ? [] : [`weights, which every edition has, for ${listed(weighted)}`]),
  ];
  if (short.length === 0 && without.length === 0) {
    return minTtl === undefined || lines.length === 0 ? unknown(...facts) : pass(...facts);
  }
  const verdict = fail(
    [
      ...facts,
      ...short.map(({ name, ttl }) => `${name} asks for ${ttl} s, and gets ${minTtl} s`),
      ...without.map(({ line, name }) => `${name} has the line ${line}, which the edition has not`),
    ],
    printed(
      'Buy an edition that has it, or ask for less.',
      ...short.map(
        ({ name }) => ({ kind: 'configuration', patch: { names: { [name]: { ttl: `${minTtl}s` } } } }) as const,
      ),
      ...[...new Set(without.map(({ line }) => line))].map((line) =>
        byHand(`take the line ${line} out of the names, or buy an edition with it`),
      ),
    ),
  );
  return { ...verdict, severity: without.length > 0 ? 'critical' : 'warning' };
}

function delegated({ delegation, info, zone }: ZoneTried): Judged {
  if (!delegation.ok) return unread(delegation);
  const found = delegation.value;
  switch (found.state) {
    case 'here':
      return pass('its clients are sent to the servers that Alidns names');
    case 'unknown':
      return unknown(found.why);
    case 'partly':
    case 'elsewhere': {
      const hosts = info.ok ? listed(info.value.nameServers) : 'those that Alidns names';
      const step = byHand(`at the registrar of ${zone}, or in the zone above, set its name servers to ${hosts}`);
      return {
        ...fail([found.message], printed('Put the delegation right.', step)),
        severity: found.state === 'partly' ? 'warning' : 'critical',
      };
    }
  }
}

function servers({ names, servers: tried }: ZoneTried): Judged {
  if (!tried.ok) return unread(tried);
  const seen = tried.value;
  const needsSubnets = names.some(({ subnets }) => Object.keys(subnets).length > 0);
  const facts = seen.map(
    ({ answer, host }) => `${host} ${answer.ok ? said(answer.value, needsSubnets) : answer.problem}`,
  );
  if (seen.length === 0) return unknown('Alidns names no server');
  const silent = seen.filter(({ answer }) => !answer.ok);
  if (silent.length > 0) {
    return fail(
      facts,
      printed(
        'Let the function reach port 53 of any address, over UDP and TCP: it needs no VPC.',
        byHand('take vpcConfig away from failover-dns, or open UDP and TCP 53 in its security group and NAT gateway'),
      ),
    );
  }
  const deaf = seen.filter(({ answer }) => answer.ok && !answer.value.tellsSubnetsApart);
  const strange = seen.filter(({ answer }) => answer.ok && !answer.value.authoritative);
  if (strange.length > 0) {
    return fail(
      facts,
      printed(
        'Something answers in place of the name servers.',
        byHand('let questions to port 53 of other networks pass as they are'),
      ),
    );
  }
  return needsSubnets && deaf.length > 0 ? unknown(...facts) : pass(...facts);
}

function said(
  { authoritative, tellsSubnetsApart }: { readonly authoritative: boolean; readonly tellsSubnetsApart: boolean },
  needsSubnets: boolean,
): string {
  if (!authoritative) return 'does not speak for the zone';
  if (!needsSubnets) return 'answers';
  return tellsSubnetsApart
    ? 'answers, and takes notice of client subnets'
    : 'answers, and takes no notice of client subnets: its lines cannot be verified';
}

function fence({ fence: tried }: ZoneTried): Judged {
  if (!tried.ok) return unread(tried);
  const { takesOld, takesYoung } = tried.value;
  const facts = [
    `signed 15 min 5 s ago: ${takesOld ? 'taken' : 'refused'}`,
    `signed 14 min 50 s ago: ${takesYoung ? 'taken' : 'refused'}`,
  ];
  if (!takesOld && takesYoung) return pass(...facts);
  return fail(
    facts,
    printed(
      'Removals are signed as usual then, and one that is held up may land after its lease: let one region alone remove answers.',
      byHand('set enable: false for the timer of failover-dns in all regions but one'),
    ),
  );
}

import { createColors } from 'picocolors';
import type { z } from 'zod';
import { counted } from '../shared/core/words';
import { isObject } from '../shared/event/fields';
import type { Asked } from './commands';
import { Balancing, type Found, findingsIn, Publishing, Scaling, unseenIn } from './findings';
import { textOf } from './options';
import { marked, type Paint, saying, shown } from './paint';
import { reachable } from './reachable';
import type { Result } from './result';
import { gatewayOf, targetsOf } from './route';
import { isRefusal, type Reply, refusalOf, send } from './send';
import type { World } from './world';

/** A look without writes, condensed to how things are. */
export async function status(asked: Asked, world: World): Promise<Result> {
  const { options } = asked;
  const { configuration, open } = reachable(asked, world);
  const named = textOf(options, 'gateway');
  const event = {
    action: 'look',
    ...(named === undefined ? {} : { gateway: gatewayOf(configuration, named) }),
    dryRun: true,
  } as const;
  const targets = targetsOf(event, configuration, textOf(options, 'region'));
  const reach = await open();
  const { answers, failures, notes } = await send(reach, configuration.functions, targets, event);
  const { found, ...unread } = findingsIn(answers);
  const refused = answers.filter(isRefusal).map(refusalOf);
  const silent = [...failures, ...unread.failures, ...unseenIn(found)];
  const seen = seenIn(answers, found);
  return {
    outcome: silent.length > 0 ? 'failed' : refused.length > 0 ? 'refused' : 'done',
    body: { ...seen },
    lines: linesOf(seen, createColors(world.hasColour)),
    errors: [...silent, ...refused],
    notes: [...reach.notes, ...notes, ...unread.notes],
  };
}

type Extras = z.infer<typeof Balancing>['gateways'][number]['extras'];
type Zone = z.infer<typeof Publishing>['zones'][number];

interface GatewayStatus extends Found {
  readonly gateway: string;
  readonly ready: number | undefined;
  readonly replicas: number | undefined;
  /** As many as there are, unless something keeps it from being so. */
  readonly wanted: number | undefined;
  /** Pins, holds, protections and numbers of extra CLBs that stand. */
  readonly standing: readonly string[];
  /** `undefined` where `attach-clb` does not look after it, or did not answer. */
  readonly extraClbs: Extras | undefined;
}

interface NameStatus extends Found {
  readonly name: string;
  readonly zone: string;
  readonly lines: Zone['names'][number]['lines'];
}

interface Seen {
  readonly gateways: readonly GatewayStatus[];
  readonly names: readonly NameStatus[];
  /** Drains and pins by zone. */
  readonly steers: readonly { readonly zone: string; readonly standing: readonly string[] }[];
  /** Of the cluster of a region, or of a zone. */
  readonly freezes: readonly Frozen[];
}

interface Frozen {
  readonly region?: string;
  readonly zone?: string;
  readonly freeze: unknown;
}

function seenIn(replies: readonly Reply[], found: readonly Found[]): Seen {
  const zones = zonesIn(replies);
  return {
    freezes: [
      ...freezesIn(replies),
      ...zones.flatMap(({ freeze, zone }) => frozenBy(freeze).map((by) => ({ zone, ...by }))),
    ],
    gateways: gatewaysIn(replies, found),
    names: zones.flatMap(({ names, zone }) =>
      names.flatMap(({ lines, name }) => {
        const of = found.find(({ function: by, subject }) => by === 'failover-dns' && subject === name);
        return of === undefined ? [] : [{ ...of, name, zone, lines }];
      }),
    ),
    steers: zones.flatMap(({ standing, zone }) => (standing.length === 0 ? [] : [{ zone, standing }])),
  };
}

function gatewaysIn(replies: readonly Reply[], found: readonly Found[]): readonly GatewayStatus[] {
  const balanced = replies.flatMap(({ answer, function: name, region }) => {
    const read = name === 'attach-clb' ? Balancing.safeParse(answer) : undefined;
    return read?.success ? read.data.gateways.map(({ extras, gateway }) => ({ region, gateway, extras })) : [];
  });
  return replies.flatMap(({ answer, function: name, region }) => {
    const read = name === 'scale-gateway' ? Scaling.safeParse(answer) : undefined;
    if (!read?.success) return [];
    return read.data.gateways.flatMap((seen): readonly GatewayStatus[] => {
      const { current, gateway, outcome, readyReplicas, standing = [], wanted, withheld } = seen;
      const of = found.find((each) => each.function === name && each.region === region && each.subject === gateway);
      if (of === undefined) return [];
      return [
        {
          ...of,
          gateway,
          ready: readyReplicas,
          replicas: current,
          wanted: withheld?.to ?? (outcome === 'hold' ? wanted : current),
          standing,
          extraClbs: balanced.find((each) => each.region === region && each.gateway === gateway)?.extras,
        },
      ];
    });
  });
}

function zonesIn(replies: readonly Reply[]): readonly Zone[] {
  return replies.flatMap(({ answer, function: name }) => {
    const read = name === 'failover-dns' ? Publishing.safeParse(answer) : undefined;
    return read?.success ? read.data.zones : [];
  });
}

/** Who has frozen it, or that nobody knows whether it is. */
function freezesIn(replies: readonly Reply[]): Seen['freezes'] {
  return replies.flatMap(({ answer, function: name, region }) => {
    return name === 'scale-gateway' ? frozenBy(answer['freeze']).map((by) => ({ region, ...by })) : [];
  });
}

function frozenBy(freeze: unknown): readonly Pick<Frozen, 'freeze'>[] {
  return freeze === undefined || freeze === 'none' ? [] : [{ freeze }];
}

/** What belongs to the line above it. */
const INDENT = '        ';

function linesOf({ freezes, gateways, names, steers }: Seen, paint: Paint): readonly string[] {
  return [
    ...freezes.map(
      ({ freeze, region, zone }) =>
        `${paint.red('frozen')}  ${region ?? `zone ${shown(zone ?? '')}`}  ${shown(freezeText(freeze))}`,
    ),
    ...gateways.flatMap((each) => gatewayLines(each, paint)),
    ...names.flatMap((each) => [
      `${marked(each, paint)}  ${shown(each.name)}  ${saying(each, paint)}`,
      ...each.lines.map(({ answers, line, regions, type }) => {
        const where = Object.entries(regions).map(([region, count]) => `${region} ${count}`);
        return shown(
          `${INDENT}${line} ${type}: ${where.join(', ') || 'none of ours'} (${answers.join(', ') || 'no answer'})`,
        );
      }),
    ]),
    ...steers.flatMap(({ standing, zone }) => standing.map((asked) => shown(`${INDENT}${zone}: ${asked}`))),
  ];
}

function gatewayLines(seen: GatewayStatus, paint: Paint): readonly string[] {
  const { extraClbs, gateway, ready, region, replicas, standing, wanted } = seen;
  const more = wanted === replicas ? '' : `, ${wanted ?? '?'} wanted`;
  const counts = replicas === undefined ? 'replicas not known' : `${ready ?? '?'} of ${replicas} replicas ready${more}`;
  const extras = extraClbs === undefined ? '' : `, ${counted(extraClbs.length, 'extra CLB')}`;
  return [
    `${marked(seen, paint)}  ${region}  ${shown(gateway)}  ${counts}${extras}  ${saying(seen, paint)}`,
    ...(extraClbs ?? []).map(({ address, id, message, service, stage }) => {
      const what = [service, id, address, stage].filter((part) => part !== undefined).join(' ');
      return shown(`${INDENT}${what}: ${message}`);
    }),
    ...standing.map((asked) => shown(`${INDENT}${asked}`)),
  ];
}

function freezeText(freeze: unknown): string {
  if (!isObject(freeze)) return String(freeze);
  return Object.entries(freeze)
    .map(([name, value]) => `${name} ${String(value)}`)
    .join(', ');
}

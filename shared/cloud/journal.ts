import { z } from 'zod';
import type { ExtraJournal, Freeze, GatewayJournal, Journal, Reading } from '../core/gateway';
import type { Instant } from '../core/time';
import { readAnswer, readPart } from './answer';
import { parseJson, TimeOfPeople } from './untyped';

/** Name of the ConfigMap that holds the journal of a cluster. */
export const JOURNAL_NAME = 'gateway-autopilot';
/** Its presence stops all writes, whatever it holds. */
const FREEZE_KEY = 'freeze';
const GATEWAY_KEY_ENDING = '.json';
const OPERATION = 'kube get configmaps';

const Replicas = z.int().min(0);

const Person = z.object({ owner: z.string(), reason: z.string(), from: TimeOfPeople, until: TimeOfPeople });

const GatewayEntry = z
  .object({
    override: Person.extend({ replicas: Replicas }).nullish(),
    hold: Person.extend({ direction: z.enum(['all', 'in', 'out']) }).nullish(),
    protection: Person.extend({ floor: Replicas }).nullish(),
    events: z.array(
      z.object({
        at: TimeOfPeople,
        from: Replicas,
        to: Replicas,
        written: z.boolean().default(false),
        completedAt: TimeOfPeople.nullish(),
      }),
    ),
    usage: z.object({ at: TimeOfPeople, replicaHours: z.number().min(0) }).nullish(),
    extra: z
      .object({
        asked: Person.extend({ bound: z.enum(['floor', 'ceiling']), count: z.int().min(0) }).nullish(),
        purchases: z.array(TimeOfPeople).default([]),
      })
      .nullish(),
    originals: z
      .array(
        z.object({
          kind: z.enum(['HorizontalPodAutoscaler', 'IstioGateway']),
          namespace: z.string().min(1),
          name: z.string().min(1),
          field: z.array(z.string().min(1)).min(1),
          value: Replicas.nullish(),
          ours: z.array(Replicas),
        }),
      )
      .default([]),
  })
  .transform(
    ({ events, extra, hold, originals, override, protection, usage }): GatewayJournal => ({
      override: override ?? undefined,
      hold: hold ?? undefined,
      protection: protection ?? undefined,
      events: events.map((event) => ({ ...event, completedAt: event.completedAt ?? undefined })),
      usage: usage ?? undefined,
      extra: { asked: extra?.asked ?? undefined, purchases: extra?.purchases ?? [] },
      originals: originals.map((original) => ({ ...original, value: original.value ?? undefined })),
    }),
  );

const FreezeEntry = z.object({ owner: z.string(), reason: z.string(), until: TimeOfPeople.nullish() });

const ConfigMap = z.object({
  metadata: z.object({ resourceVersion: z.string().min(1) }),
  data: z.record(z.string(), z.string()).nullish(),
});

/**
 * Reads the journal's ConfigMap: `freeze`, and one JSON document per gateway under `<gateway>.json`, all times as ISO
 * 8601. Other keys are not ours. An entry that cannot be understood is a problem of that gateway alone. A freeze that is
 * not our JSON, for example one that a person typed in a hurry, freezes without an end, with its text as the reason.
 *
 * @throws CloudError `unreadable` when it is not a ConfigMap
 */
export function readJournal(configMap: unknown): Journal {
  const { metadata, data } = readAnswer(ConfigMap, configMap, OPERATION, `ConfigMap ${JOURNAL_NAME}`);
  const entries = Object.entries(data ?? {}).filter(([key]) => key.endsWith(GATEWAY_KEY_ENDING));
  return {
    resourceVersion: metadata.resourceVersion,
    freeze: readFreeze(data?.[FREEZE_KEY]),
    gateways: Object.fromEntries(
      entries.map(([key, text]) => [key.slice(0, -GATEWAY_KEY_ENDING.length), readGateway(key, text)]),
    ),
  };
}

/** The journal as the `data` of its ConfigMap, without the entries that were not understood. */
export function writeJournal({ freeze, gateways }: Journal): Readonly<Record<string, string>> {
  const entries = Object.entries(gateways).flatMap(([gateway, entry]) =>
    entry.ok ? [[keyOf(gateway), writeGateway(entry.value)]] : [],
  );
  return { ...Object.fromEntries(entries), ...(freeze === undefined ? {} : { [FREEZE_KEY]: writeFreeze(freeze) }) };
}

/**
 * What differs, as a JSON merge patch of `data`, so that an entry that a person wrote stays as they wrote it. An entry
 * that is not understood on either side is not named, so it stays too; whoever wanted it changed sees so when the
 * journal is read again.
 */
export function journalChanges(before: Journal, after: Journal): Readonly<Record<string, string | null>> {
  const old = writeJournal(before);
  const wanted = writeJournal(after);
  const untouched = new Set([...notUnderstood(before), ...notUnderstood(after)]);
  const vanished = Object.keys(old).flatMap((key) => (wanted[key] === undefined ? [[key, null] as const] : []));
  const changed = Object.entries(wanted).filter(([key, text]) => old[key] !== text);
  return Object.fromEntries([...vanished, ...changed].filter(([key]) => !untouched.has(key)));
}

function notUnderstood({ gateways }: Journal): readonly string[] {
  return Object.entries(gateways).flatMap(([gateway, entry]) => (entry.ok ? [] : [keyOf(gateway)]));
}

/** Whether a key of the ConfigMap is ours; people may keep others there. */
export function isJournalKey(key: string): boolean {
  return key === FREEZE_KEY || key.endsWith(GATEWAY_KEY_ENDING);
}

function keyOf(gateway: string): string {
  return `${gateway}${GATEWAY_KEY_ENDING}`;
}

function readFreeze(text: string | undefined): Freeze | undefined {
  if (text === undefined) return undefined;
  const entry = FreezeEntry.safeParse(parseJson(text));
  if (!entry.success) return { owner: 'unknown', reason: text, until: undefined };
  return { ...entry.data, until: entry.data.until ?? undefined };
}

function readGateway(key: string, text: string): Reading<GatewayJournal> {
  return readPart(GatewayEntry, parseJson(text), `${key} in ConfigMap ${JOURNAL_NAME}`);
}

function writeFreeze({ owner, reason, until }: Freeze): string {
  return JSON.stringify({ owner, reason, until: until === undefined ? undefined : iso(until) });
}

function writeGateway({ events, extra, hold, originals, override, protection, usage }: GatewayJournal): string {
  return JSON.stringify({
    override: override && withTimes(override),
    hold: hold && withTimes(hold),
    protection: protection && withTimes(protection),
    events: events.map(({ at, from, to, written, completedAt }) => ({
      at: iso(at),
      from,
      to,
      ...(written ? { written } : {}),
      completedAt: completedAt === undefined ? undefined : iso(completedAt),
    })),
    usage: usage && { ...usage, at: iso(usage.at) },
    extra: writeExtra(extra),
    ...(originals.length === 0 ? {} : { originals }),
  });
}

/** Nothing for gateways without extra CLBs. */
function writeExtra({ asked, purchases }: ExtraJournal) {
  if (asked === undefined && purchases.length === 0) return undefined;
  return { asked: asked && withTimes(asked), purchases: purchases.map(iso) };
}

function withTimes<T extends { readonly from: Instant; readonly until: Instant }>(entry: T) {
  return { ...entry, from: iso(entry.from), until: iso(entry.until) };
}

function iso(at: Instant): string {
  return new Date(at).toISOString();
}

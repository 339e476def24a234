import { z } from 'zod';
import type { Freeze, GatewayJournal, Journal } from '../core/gateway';
import type { Instant } from '../core/time';
import { readAnswer } from './answer';
import { parseJson } from './untyped';

/** Name of the ConfigMap that holds the journal of a cluster. */
export const JOURNAL_NAME = 'gateway-autopilot';
/** Its presence stops all writes, whatever it holds. */
const FREEZE_KEY = 'freeze';
const GATEWAY_KEY_ENDING = '.json';
const OPERATION = 'kube get configmaps';

const Time = z.iso.datetime({ offset: true }).transform((text) => Date.parse(text));
const Replicas = z.int().min(0);

const GatewayEntry = z.object({
  override: z.object({ replicas: Replicas, owner: z.string(), reason: z.string(), from: Time, until: Time }).optional(),
  events: z.array(z.object({ at: Time, from: Replicas, to: Replicas, completedAt: Time.optional() })),
});

const FreezeEntry = z.object({ owner: z.string(), reason: z.string(), until: Time.optional() });

const ConfigMap = z.object({
  metadata: z.object({ resourceVersion: z.string().min(1) }),
  data: z.record(z.string(), z.string()).nullish(),
});

/**
 * Reads the journal's ConfigMap: `freeze`, and one JSON document per gateway under `<gateway>.json`, all times as ISO
 * 8601. Other keys are not ours. A freeze that is not our JSON, for example one that a person typed in a hurry, freezes
 * without an end, with its text as the reason.
 *
 * @throws CloudError `unreadable`, naming the entry
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

/** The journal as the `data` of its ConfigMap. */
export function writeJournal({ freeze, gateways }: Journal): Readonly<Record<string, string>> {
  const entries = Object.entries(gateways).map(([gateway, entry]) => [
    `${gateway}${GATEWAY_KEY_ENDING}`,
    writeGateway(entry),
  ]);
  return { ...Object.fromEntries(entries), ...(freeze === undefined ? {} : { [FREEZE_KEY]: writeFreeze(freeze) }) };
}

function readFreeze(text: string | undefined): Freeze | undefined {
  if (text === undefined) return undefined;
  const entry = FreezeEntry.safeParse(parseJson(text));
  if (!entry.success) return { owner: 'unknown', reason: text, until: undefined };
  return { ...entry.data, until: entry.data.until };
}

function readGateway(key: string, text: string): GatewayJournal {
  const entry = readAnswer(GatewayEntry, parseJson(text), OPERATION, `${key} in ConfigMap ${JOURNAL_NAME}`);
  return {
    override: entry.override,
    events: entry.events.map((event) => ({ ...event, completedAt: event.completedAt })),
  };
}

function writeFreeze({ owner, reason, until }: Freeze): string {
  return JSON.stringify({ owner, reason, until: until === undefined ? undefined : iso(until) });
}

function writeGateway({ override, events }: GatewayJournal): string {
  return JSON.stringify({
    override: override && { ...override, from: iso(override.from), until: iso(override.until) },
    events: events.map(({ at, from, to, completedAt }) => ({
      at: iso(at),
      from,
      to,
      completedAt: completedAt === undefined ? undefined : iso(completedAt),
    })),
  });
}

function iso(at: Instant): string {
  return new Date(at).toISOString();
}

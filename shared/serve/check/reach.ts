import { z } from 'zod';
import { Time } from '../../cloud/untyped';
import type { Configuration } from '../../config/load';
import type { FunctionTried, PointTried } from '../../core/check/reach';
import type { Tried } from '../../core/check/self-check';
import { type Instant, type Millis, SECOND } from '../../core/time';
import { CloudError } from '../../errors';
import type { FunctionAddress } from '../../ports';
import { tried } from '../../run/tried';
import type { Networked } from '../network';
import type { Invocation } from '../serve';
import type { AnsweredAddress } from './zones';

/** A second of probing, a cold start, and the way there and back. */
const POINT_LIMIT: Millis = 10 * SECOND;
/** Longer than a look at one gateway takes, also with a cold start. */
const LOOK_LIMIT: Millis = 20 * SECOND;

/** Of a vantage point, as far as it is needed here; see cloud/vantage-points.ts for the rest. */
const Report = z.object({
  point: z.string(),
  at: Time,
  isolation: z.object({ isolated: z.boolean(), message: z.string() }),
  refused: z.array(z.object({ address: z.string(), why: z.string() })),
});

/** Each for a second, with the addresses that the names answer now. */
export async function askPoints(
  invocation: Invocation<Networked>,
  { functions, probes }: Configuration,
  addresses: Promise<Tried<readonly AnsweredAddress[]>>,
): Promise<readonly PointTried[]> {
  const known = await addresses;
  const targets = known.ok ? known.value : [];
  const event = { action: 'probe', targets, for: '1s' };
  const { clock } = invocation.surroundings;
  return Promise.all(
    (probes?.points ?? []).map(async (point): Promise<PointTried> => {
      const sent = clock.now();
      const address = { region: point, name: functions.probeRegion };
      const answer = await tried(ask(invocation, 'probe-region', address, event, POINT_LIMIT, Report));
      if (!answer.ok) return { point, answer };
      const { at, isolation, refused } = answer.value;
      const skew = clockOf(at, sent, clock.now());
      return { point, answer: { ok: true, value: { isolation, refused, asked: targets.length, skew } } };
    }),
  );
}

/** A second is all that an answer says of its time. */
function clockOf(at: Instant, sent: Instant, received: Instant): Millis {
  if (at > received) return at - received;
  return at + SECOND < sent ? at + SECOND - sent : 0;
}

export interface FunctionToAsk {
  readonly name: string;
  /** In Function Compute. */
  readonly called: string;
  readonly region: string;
  readonly gateway: string;
}

/** Each for a look at one gateway that writes nothing. */
export function askFunctions(
  invocation: Invocation<Networked>,
  functions: readonly FunctionToAsk[],
): Promise<readonly FunctionTried[]> {
  return Promise.all(
    functions.map(async ({ called, gateway, name, region }): Promise<FunctionTried> => {
      const event = { action: 'look', gateway, dryRun: true };
      const answer = await tried(ask(invocation, name, { region, name: called }, event, LOOK_LIMIT, Look));
      return { name, region, gateway, answer };
    }),
  );
}

const Envelope = z.object({ function: z.string(), message: z.string() });

/** Of scale-gateway and attach-clb, as far as it is needed here. */
const Look = z.object({
  message: z.string(),
  outcome: z.string().optional(),
  problems: z.array(z.string()).default([]),
  retry: z.boolean().default(false),
  gateways: z.array(z.object({ gateway: z.string(), reason: z.string(), message: z.string() })).default([]),
});

/** Throws CloudError: `not-found` for what is no answer of the function, `unreadable` for one that says something else. */
async function ask<T>(
  { connections }: Invocation<Networked>,
  name: string,
  address: FunctionAddress,
  event: object,
  limit: Millis,
  schema: z.ZodType<T>,
): Promise<T> {
  const operation = `${address.name} of ${address.region}`;
  const said = await connections.functions.ask(address, event, limit);
  const envelope = Envelope.safeParse(said);
  if (envelope.data?.function !== name)
    throw new CloudError(`what answers is no ${name} of ours`, { kind: 'not-found', operation });
  const answer = schema.safeParse(said);
  if (answer.success) return answer.data;
  throw new CloudError(envelope.data.message, { kind: 'unreadable', operation });
}

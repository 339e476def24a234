import { z } from 'zod';
import { formatDuration } from '../core/duration';
import { MINUTE, type Millis, SECOND } from '../core/time';
import { CloudError } from '../errors';
import type { Functions, RegionalGateways } from '../ports';
import { readAnswer } from './answer';
import { Time } from './untyped';

/** Longer than a look at one gateway takes; a region that does not answer by then is not asked again in this look. */
const ANSWER_WITHIN: Millis = 8 * SECOND;
/** Whose wish it is, in the journal of the cluster. */
const OWNER = 'failover-dns';

const Answer = z.object({
  gateways: z.array(
    z.object({
      gateway: z.string(),
      message: z.string().default(''),
      capacity: z
        .object({
          ready: z.number(),
          max: z.number(),
          load: z.number().optional(),
          floor: z.object({ replicas: z.number(), until: Time }).optional(),
          limit: z.object({ replicas: z.number(), reason: z.string(), message: z.string() }).optional(),
        })
        .optional(),
    }),
  ),
});

/** Names of the functions in every region. */
export interface RegionalFunctions {
  readonly scaleGateway: string;
  readonly attachClb: string;
}

/** Asks `scale-gateway` and `attach-clb` of each region, which alone talk to its cluster. */
export function createRegionalGateways(
  functions: Functions,
  { attachClb, scaleGateway }: RegionalFunctions,
): RegionalGateways {
  return {
    report: async (region, gateway) => {
      const operation = `${scaleGateway} of ${region}`;
      const event = { action: 'look', gateway, dryRun: true };
      const body = await functions.ask({ region, name: scaleGateway }, event, ANSWER_WITHIN);
      const answer = readAnswer(Answer, body, operation).gateways.find((each) => each.gateway === gateway);
      if (answer?.capacity === undefined) {
        const why = answer?.message ?? `it does not know the gateway ${gateway}`;
        throw new CloudError(`nothing is known of its capacity: ${why}`, { kind: 'unavailable', operation });
      }
      const { floor, limit, load, max, ready } = answer.capacity;
      const protection = floor === undefined ? undefined : { floor: floor.replicas, until: floor.until };
      return { region, ready, max, load, protection, limit };
    },
    protect: async (region, gateway, { floor, lasts, reason }) => {
      const event = { action: 'protect', gateway, floor, owner: OWNER, reason, for: formatDuration(lasts) };
      await functions.tell({ region, name: scaleGateway }, event);
    },
    expect: async (region, gateway, { at, lasts, reason, times }) => {
      const rounded = Math.ceil(times * 100) / 100;
      const event = { action: 'expect', gateway, times: rounded, owner: OWNER, reason, for: formatDuration(lasts) };
      // Letters, digits, _ and - alone (FC documents, "task id").
      const taskId = `expect-${gateway.replace(/[^A-Za-z0-9]/g, '-')}-${Math.floor(at / MINUTE)}`;
      await functions.tell({ region, name: attachClb }, event, taskId);
    },
  };
}

import { z } from 'zod';
import { type Millis, SECOND } from '../core/time';
import { CloudError } from '../errors';
import type { Functions, RegionalOrders } from '../ports';
import { readAnswer } from './answer';

/** What writing it down takes, and a look. */
const ANSWER_WITHIN: Millis = 20 * SECOND;

const Obeyed = z.object({ message: z.string(), command: z.string().optional(), outcome: z.string().optional() });

/** @param scaleGateway name of the function, which alone talks to the cluster of its region */
export function createRegionalOrders(functions: Functions, scaleGateway: string): RegionalOrders {
  return {
    order: async (region, command) => {
      const operation = `${scaleGateway} of ${region}`;
      const body = await functions.ask({ region, name: scaleGateway }, command, ANSWER_WITHIN);
      const { command: obeyed, message, outcome } = readAnswer(Obeyed, body, operation);
      if (outcome === 'refused') throw new CloudError(message, { kind: 'rejected', operation });
      return obeyed ?? message;
    },
  };
}

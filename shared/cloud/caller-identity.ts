import { z } from 'zod';
import type { CallerSeen } from '../core/account';
import type { Instant } from '../core/time';
import { readAnswer } from './answer';
import type { OpenApi } from './seams';

const Identity = z.object({ AccountId: z.string().min(1), Arn: z.string().min(1) });

/** Who makes the calls, and how far our clock is off. It needs no right. Throws CloudError. */
export async function callerIdentity(openApi: OpenApi, now: () => Instant): Promise<CallerSeen> {
  const sent = now();
  const { body, date } = await openApi.call({
    product: 'sts',
    region: '',
    action: 'GetCallerIdentity',
    effect: 'read',
  });
  const { AccountId, Arn } = readAnswer(Identity, body, 'sts.GetCallerIdentity');
  const ours = (sent + now()) / 2;
  return { account: AccountId, arn: Arn, clocks: date === undefined ? undefined : { vendor: date, ours } };
}

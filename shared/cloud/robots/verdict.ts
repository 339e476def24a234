import type { RobotAnswer, Verdict } from '../../ports';
import { fieldOf, parseJson } from '../untyped';

export const TAKEN: Verdict = { taken: true };

export function refused(problem: string, throttled = false): Verdict {
  return { taken: false, problem, throttled };
}

/** What a robot's codes mean, of those that people meet. */
export type Codes = ReadonlyMap<number, { readonly meaning: string; readonly throttled?: boolean }>;

/**
 * Robots answer 200 to what they refuse: the code in the body decides. Their own words are left out, since nobody knows what
 * of the request they repeat.
 */
export function verdictByCode({ body, status }: RobotAnswer, field: 'errcode' | 'code', codes: Codes): Verdict {
  if (status < 200 || status >= 300) return refused(`the robot answered ${status}`, status === 429);
  const code = fieldOf(parseJson(body), field);
  if (typeof code !== 'number') return refused('the robot gave an answer that is none of its own');
  if (code === 0) return TAKEN;
  const { meaning, throttled = false } = codes.get(code) ?? {};
  return refused(`the robot answered ${field} ${code}${meaning === undefined ? '' : ` (${meaning})`}`, throttled);
}

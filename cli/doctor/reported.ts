import { z } from 'zod';
import type { ShownFinding } from '../../shared/core/audit/render';

/** A finding as functions report it, and as the doctor does: audits' JSON. What a newer version adds is kept. */
export const Reported = z.looseObject({
  id: z.string().min(1),
  title: z.string(),
  severity: z.enum(['critical', 'warning', 'advice']),
  outcome: z.enum(['pass', 'fail', 'unknown', 'not-applicable']),
  evidence: z.array(z.string()).default([]),
  why: z.string().default(''),
  source: z.object({ page: z.string(), date: z.string() }).optional(),
  fix: z
    .looseObject({
      text: z.string(),
      safe: z.boolean().default(false),
      patches: z.array(z.looseObject({ kind: z.string(), command: z.string() })).default([]),
    })
    .optional(),
});
export type Reported = z.infer<typeof Reported>;

/** What is said of one place. */
export interface Group {
  /** For people: `account`, the name of a role, or a region with a function or a gateway. */
  readonly where: string;
  readonly region?: string;
  readonly function?: string;
  readonly findings: readonly Reported[];
}

export function shownOf({ fix, source, ...finding }: Reported): ShownFinding {
  if (fix === undefined) return { ...finding, source, fix };
  const { patches, safe, text } = fix;
  return { ...finding, source, fix: { text, safe, commands: patches.map(({ command }) => command) } };
}

/** What makes the command fail: advice does not. */
export function isTrouble({ outcome, severity }: Pick<Reported, 'outcome' | 'severity'>): boolean {
  return severity !== 'advice' && (outcome === 'fail' || outcome === 'unknown');
}

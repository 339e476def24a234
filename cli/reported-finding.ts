import { z } from 'zod';
import { OUTCOMES, SEVERITIES } from '../shared/core/audit/finding';
import type { ShownFinding } from '../shared/core/audit/render';
import { printable } from '../shared/core/words';

/** A finding as functions report it, and as the doctor does: audits' JSON. What a newer version adds is kept. */
export const ReportedFinding = z.looseObject({
  id: z.string().min(1),
  title: z.string(),
  severity: z.enum(SEVERITIES),
  outcome: z.enum(OUTCOMES),
  evidence: z.array(z.string()).default([]),
  why: z.string().default(''),
  /** Checks that are about this project follow no page of the vendor's. */
  source: z.object({ page: z.string(), date: z.string() }).optional(),
  fix: z
    .looseObject({
      text: z.string(),
      safe: z.boolean().default(false),
      patches: z.array(z.looseObject({ kind: z.string(), command: z.string() })).default([]),
    })
    .optional(),
});
export type ReportedFinding = z.infer<typeof ReportedFinding>;

/**
 * As it is told: without what would move the cursor or make a line of its own, and whole, since rights that are missing make long
 * lines and half a command does harm.
 */
export function shownFinding({
  evidence,
  fix,
  id,
  outcome,
  severity,
  source,
  title,
  why,
}: ReportedFinding): ShownFinding {
  return {
    id: printable(id),
    title: printable(title),
    severity,
    outcome,
    evidence: evidence.map(printable),
    why: printable(why),
    source: source && { page: printable(source.page), date: printable(source.date) },
    fix: fix && {
      text: printable(fix.text),
      safe: fix.safe,
      commands: fix.patches.map(({ command }) => printable(command)),
    },
  };
}

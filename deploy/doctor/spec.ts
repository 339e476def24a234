import type { Finding, Fix, Source } from '../../shared/core/audit/finding';
import type { Verdict } from '../../shared/core/audit/verdict';

/** What one check is. */
export interface Spec extends Pick<Finding, 'id' | 'title' | 'severity' | 'why'> {
  readonly source?: Source;
}

export function findingOf({ id, severity, source, title, why }: Spec, verdict: Verdict): Finding {
  return { id, title, severity, ...verdict, why, source };
}

/** What a person does in a shell. Nothing of it is ever done by a command of ours. */
export function commands(text: string, ...lines: readonly string[]): Fix {
  return { text, safe: false, patches: lines.map((line) => ({ kind: 'command', line })) };
}

/** What a person does by hand, in the console or in a file. */
export function byHand(text: string, ...steps: readonly string[]): Fix {
  return { text, safe: false, patches: steps.map((step) => ({ kind: 'console', step })) };
}

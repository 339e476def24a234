/** What a function says of itself: of its rights, its network, its clock. Pure. */
import { type Finding, type Fix, OUTCOMES, SEVERITIES } from '../audit/finding';
import { findingOf, type Judged, notApplicable, type Spec } from '../audit/verdict';

/** What became of one reading: a value, or why there is none. */
export type Tried<T> = { readonly ok: true; readonly value: T } | Untried;

export interface Untried {
  readonly ok: false;
  /**
   * `denied`: whoever was asked refused the caller. `silent`: nothing came back, or nobody could be reached. `absent`: what was
   * asked for is not there, which only somebody says who lets the caller in.
   */
  readonly why: 'denied' | 'silent' | 'absent' | 'failed';
  /** In the words of whoever failed, with the vendor's code. */
  readonly problem: string;
  readonly code: string | undefined;
}

/** Which function it is, and where: fixes name both. */
export interface Whose {
  readonly function: string;
  readonly region: string;
  /** Id of the account; `undefined` where Function Compute did not say. */
  readonly account: string | undefined;
}

export interface SelfCheck<Snapshot> extends Spec {
  readonly examine: (snapshot: Snapshot) => Judged;
}

export function judge<Snapshot>(checks: readonly SelfCheck<Snapshot>[], snapshot: Snapshot): readonly Finding[] {
  return checks.map((check) => findingOf(check, check.examine(snapshot)));
}

/** One verdict of several: of gateways, zones or regions. The worst outcome counts, and every fix is needed. */
export function joined(parts: readonly (readonly [subject: string, verdict: Judged])[], nothing: string): Judged {
  const verdicts = parts.map(([, verdict]) => verdict);
  const [first] = verdicts;
  if (first === undefined) return notApplicable(nothing);
  const evidence = parts.flatMap(([subject, verdict]) => verdict.evidence.map((fact) => `${subject}: ${fact}`));
  const outcome = OUTCOMES.find((each) => verdicts.some((verdict) => verdict.outcome === each)) ?? first.outcome;
  const failing = verdicts.filter((verdict) => verdict.outcome === 'fail');
  const severity = SEVERITIES.find((each) => failing.some((verdict) => verdict.severity === each));
  return {
    outcome,
    evidence,
    fix: outcome === 'fail' ? allOf(failing.flatMap(({ fix }) => fix ?? [])) : undefined,
    ...(severity === undefined ? {} : { severity }),
  };
}

/** Two failures that one change mends have it once. */
function allOf(fixes: readonly Fix[]): Fix {
  const texts = [...new Set(fixes.map(({ text }) => text))];
  const patches = new Map(fixes.flatMap((fix) => fix.patches).map((patch) => [JSON.stringify(patch), patch]));
  return { text: texts.join(' '), patches: [...patches.values()], safe: false };
}

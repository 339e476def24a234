/** What it comes to when somebody asks for our marks and objects to be taken back from one place. */
export interface Leaving<Step> {
  /** What must be done first, each with how. With any of them nothing is written. */
  readonly refusals: readonly string[];
  /** In the order in which they are made. Whoever dies between two of them begins anew with what is left. */
  readonly steps: readonly Step[];
  /** What stays, and why: for the operator's own hands. */
  readonly left: readonly string[];
}

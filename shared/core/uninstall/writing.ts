/**
 * What the deployed configuration still lets be written. It is the switch for leaving, and no freeze is: a freeze is one more
 * object of ours, and whoever takes it away last would let the next timer make everything anew. Pure.
 */
import type { Mode } from '../decision';

type Publish = Mode | 'none';

export interface Settings {
  readonly policies: Readonly<
    Record<string, { readonly mode: Mode; readonly loadBalancers?: { readonly mode: Mode } | undefined }>
  >;
  readonly names: Readonly<Record<string, { readonly publish: Publish }>>;
}

/** What is to be set in the configuration, and deployed, before anything is taken back. */
export function toBeSet({ names, policies }: Settings): readonly string[] {
  return [
    ...Object.entries(policies).flatMap(([name, { loadBalancers, mode }]) => [
      ...(mode === 'observe' ? [] : [`policies.${name}.mode: observe (it is ${mode})`]),
      ...(loadBalancers === undefined || loadBalancers.mode === 'observe'
        ? []
        : [`policies.${name}.loadBalancers.mode: observe (it is ${loadBalancers.mode})`]),
    ]),
    ...Object.entries(names).flatMap(([name, { publish }]) =>
      publish === 'observe' || publish === 'none' ? [] : [`names."${name}".publish: observe (it is ${publish})`],
    ),
  ];
}

/** How extra CLBs go, of one gateway or of whichever has them: only what still writes releases them. */
export function releaseFirst(gateway?: string): string {
  const of = gateway === undefined ? '' : ` for ${gateway}`;
  return `say release 0${of} while loadBalancers.mode is auto, and wait until it is gone`;
}

/**
 * What must be done first, in its order: settings come last, since a CLB is released and an answer led back by what still writes.
 *
 * @param settings of {@link toBeSet}
 */
export function inOrder(blockers: readonly string[], settings: readonly string[]): readonly string[] {
  return [
    ...blockers,
    ...settings.map((setting) =>
      blockers.length === 0
        ? `the deployed configuration still writes: set ${setting} and deploy`
        : `after all that, set ${setting} and deploy: the deployed configuration still writes`,
    ),
  ];
}

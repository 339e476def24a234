/** What an account tells whoever may ask of how the functions are deployed in it. */
import type { Reading } from './gateway';
import type { Instant } from './time';

/** Whoever makes the calls. */
export interface CallerSeen {
  readonly account: string;
  readonly arn: string;
  /** The vendor's clock at the answer, and ours in the middle of the call; `undefined` when the answer did not say. */
  readonly clocks: { readonly vendor: Instant; readonly ours: Instant } | undefined;
}

/** A role of RAM, with everything that is attached to it. */
export interface RoleSeen {
  readonly arn: string;
  /** Who may assume it. */
  readonly trust: Reading<readonly TrustSeen[]>;
  readonly policies: readonly PolicySeen[];
}

export interface TrustSeen {
  readonly effect: 'Allow' | 'Deny';
  readonly actions: readonly string[];
  readonly services: readonly string[];
  readonly isConditional: boolean;
}

export interface PolicySeen {
  readonly name: string;
  /** `System`: one of the vendor's. */
  readonly type: 'Custom' | 'System';
  readonly statements: Reading<readonly StatementSeen[]>;
}

/** One statement of a policy. */
export interface StatementSeen {
  readonly effect: 'Allow' | 'Deny';
  /** Patterns, with `*` and `?`. */
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  /** Whether it holds for some calls only: under a condition, or for all but what it names. */
  readonly isConditional: boolean;
}

/** How a function is deployed. Its environment is never read: secrets are in it. */
export interface FunctionSeen {
  readonly runtime: string;
  /** Seconds. */
  readonly timeout: number;
  /** MB. */
  readonly memory: number;
  readonly role: string;
  readonly vpcId: string | undefined;
  readonly internetAccess: boolean | undefined;
  readonly logStore: string | undefined;
  readonly triggers: Reading<readonly TriggerSeen[]>;
  /** `undefined`: none are set, and the vendor's defaults hold. */
  readonly asyncSettings: Reading<AsyncSettings | undefined>;
}

export interface TriggerSeen {
  readonly name: string;
  readonly type: string;
  /** Of timers; `undefined` where the trigger does not say. */
  readonly schedule: string | undefined;
  readonly isEnabled: boolean;
}

export interface AsyncSettings {
  readonly retries: number | undefined;
  /** Seconds. */
  readonly eventAge: number | undefined;
  readonly isTask: boolean;
}

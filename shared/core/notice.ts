import type { Instant } from './time';

/** What a look has to tell of one subject. */
export interface News {
  /** `changed`: it was done. `held`: something is left alone that only a person can settle. */
  readonly kind: 'changed' | 'held';
  readonly region: string;
  /** A gateway, one of its CLBs as `gateway/service`, or a name in DNS. */
  readonly subject: string;
  readonly reason: string;
  /** A sentence with the numbers in it. */
  readonly message: string;
  readonly at: Instant;
  /** What was measured, where a measurement led to it. */
  readonly measured?: Measured;
  /** Of a change, in words: `10 replicas`. */
  readonly from?: string;
  readonly to?: string;
  /** How to undo a change: one sentence or command. */
  readonly undo?: string;
  /** Fingerprint of a plan that waits for approval: another one is news. */
  readonly proposal?: string;
  /** The Kubernetes object that was changed, or the one that it is the making of. */
  readonly object?: ChangedObject;
}

export interface ChangedObject {
  readonly kind: 'Deployment' | 'HorizontalPodAutoscaler' | 'Service';
  readonly namespace: string;
  readonly name: string;
}

export interface Measured {
  readonly metric: string;
  readonly value: string;
  readonly target?: string;
}

/** A message for people. */
export interface Notice extends Omit<News, 'kind'> {
  /** `resolved`: what was held before is well again. */
  readonly kind: News['kind'] | 'resolved';
  readonly function: string;
  /** Who made the function look: a timer, an alarm rule or a person. */
  readonly who: string;
  /** Of the invocation, then those that the vendor gave to the writes of the same invocation. */
  readonly requestIds: readonly string[];
}

/** What is sent at once. */
export interface Message {
  readonly notices: readonly Notice[];
  /** How many there are beside these, which are in the log alone. */
  readonly more: number;
}

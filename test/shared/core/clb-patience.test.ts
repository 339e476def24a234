import { isStuck, type Waiting, withPatience } from '../../../shared/core/clb-patience';
import type { ClbStage, IntentSeen } from '../../../shared/core/clb-stage';
import { MINUTE, SECOND } from '../../../shared/core/time';
import { NOON } from './a-snapshot';
import { ago, world } from './a-stage-world';

/** Said of an instance; the sentence, with `!` when a person is told. */
function said(reason: Waiting['reason'], stage: ClbStage, intent: Partial<IntentSeen>): string {
  const waiting = { reason, message: 'so it is', needsPerson: false };
  const { message, needsPerson } = withPatience(waiting, world(stage, { intent }).intent, NOON);
  return `${message}${needsPerson ? '!' : ''}`;
}

it.each<[what: string, ...Parameters<typeof said>, expected: string]>([
  ['a binding of a quarter of an hour', 'Binding', 'binding', { since: ago(15) }, 'so it is'],
  ['one of longer', 'Binding', 'binding', { since: ago(15, 1) }, 'so it is, for 15m!'],
  ['no answer', 'NotAnswering', 'binding', { since: ago(47, 30) }, 'so it is, for 47m!'],
  ['the cloud controller', 'Unbinding', 'unbound', { since: ago(16) }, 'so it is, for 16m!'],
  ['a record of half an hour', 'Withdrawing', 'draining', { since: ago(30) }, 'so it is'],
  ['one of longer', 'Withdrawing', 'draining', { since: ago(90) }, 'so it is, for 1h30m!'],
  ['since it was withdrawn', 'ReadFailed', 'draining', { since: ago(90), withdrawnAt: ago(30) }, 'so it is'],
  ['a busy cloud', 'WriteFailed', 'deleting', { since: ago(31) }, 'so it is, for 31m!'],
  ['somebody who keeps changing it', 'ConcurrentChange', 'bought', { since: ago(16) }, 'so it is, for 16m!'],
  ['one that has served for long', 'ReadFailed', 'serving', { since: ago(600) }, 'so it is'],
  ['what ends by itself', 'PaidHour', 'draining', { since: ago(600) }, 'so it is'],
])('patience: %s', (_, reason, stage, intent, expected) => {
  expect(said(reason, stage, intent)).toBe(expected);
});

it('what a person is told already is said as it was', () => {
  const waiting: Waiting = { reason: 'ReadFailed', message: 'no rights', needsPerson: true };
  expect(withPatience(waiting, world('binding', { intent: { since: ago(600) } }).intent, NOON)).toBe(waiting);
});

it.each<[stage: ClbStage, intent: Partial<IntentSeen>, expected: boolean]>([
  ['intent', { createdAt: ago(15), since: ago(15) }, false],
  ['intent', { createdAt: ago(16), since: ago(1) }, true],
  ['bought', { createdAt: ago(60), since: ago(15) }, false],
  ['binding', { createdAt: ago(60), since: NOON - 15 * MINUTE - SECOND }, true],
  ['serving', { createdAt: ago(60), since: ago(60) }, false],
  ['draining', { createdAt: ago(60), since: ago(60) }, false],
])('one in stage %s with %j is stuck: %s', (stage, intent, expected) => {
  expect(isStuck(world(stage, { intent }).intent, NOON)).toBe(expected);
});

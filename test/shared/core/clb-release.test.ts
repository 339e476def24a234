import type { StageWorld } from '../../../shared/core/clb-stage';
import { MINUTE, SECOND } from '../../../shared/core/time';
import { NOON } from './a-snapshot';
import { ago, clb, records, step, unread, world } from './a-stage-world';

describe('an extra CLB that is no longer wanted', () => {
  const drained = { intent: { withdrawnAt: ago(20), since: ago(30) } };
  const justDrained = { intent: { withdrawnAt: ago(0), since: ago(1) } };

  it.each<[what: string, given: StageWorld, expected: string]>([
    ['bought: was never published', world('bought'), 'enter unbound'],
    ['binding: was never published', world('binding'), 'unbind'],
    ['serving: drain', world('serving'), 'enter draining'],
    ['serving: another one is being released', world('serving', { otherRelease: true }), 'wait OtherRelease'],
    ['serving: never the last', world('serving', { othersServing: { ok: true, value: 0 } }), 'wait LastLoadBalancer'],
    [
      'serving: the last, although a person asked for it',
      world('serving', { othersServing: { ok: true, value: 0 }, askedToRelease: true }),
      'wait LastLoadBalancer!',
    ],
    ['serving: whether it is the last is not known', world('serving', { othersServing: unread }), 'wait ReadFailed'],
    ['draining: the tag follows, so that its records go', world('draining', { clb: clb('serving') }), 'tag draining'],
    [
      'draining: records are there',
      world('draining', { records: records({ enabled: 1, answered: true }) }),
      'wait Withdrawing',
    ],
    [
      'draining: name servers still give it',
      world('draining', { records: records({ disabled: 1, answered: true }) }),
      'wait Withdrawing',
    ],
    [
      'draining: it was withdrawn, and is published again',
      world('draining', { ...drained, records: records({ enabled: 1, answered: true }) }),
      'note-withdrawn none',
    ],
    [
      'draining: it was withdrawn, and a name server gives it again',
      world('draining', { ...drained, records: records({ answered: true }) }),
      'note-withdrawn none',
    ],
    ['draining: withdrawn as of now', world('draining'), 'note-withdrawn 2026-11-22T12:00:00Z'],
    ['draining: records unread', world('draining', { ...drained, records: unread }), 'wait ReadFailed'],
    [
      'draining: a late write may still publish it',
      world('draining', { intent: { withdrawnAt: ago(19, 59), since: ago(30) } }),
      'wait Draining',
    ],
    [
      'draining: two TTLs, if they are longer',
      world('draining', {
        intent: { withdrawnAt: ago(20), since: ago(30) },
        limits: { ...world('draining').limits, ttl: 11 * MINUTE },
      }),
      'wait Draining',
    ],
    [
      'draining: connections are open',
      world('draining', { ...drained, connections: { ok: true, value: 101 } }),
      'wait Draining',
    ],
    [
      'draining: until the deadline',
      world('draining', { intent: { withdrawnAt: ago(60), since: ago(61) }, connections: { ok: true, value: 101 } }),
      'unbind',
    ],
    [
      'draining: the deadline counts from the withdrawal',
      world('draining', {
        intent: { withdrawnAt: ago(59, 59), since: ago(90) },
        connections: { ok: true, value: 101 },
      }),
      'wait Draining',
    ],
    [
      'draining: few connections after the deadline, and the hour is paid',
      world('draining', { intent: { withdrawnAt: ago(60), since: ago(61) } }),
      'wait PaidHour',
    ],
    [
      'draining: too late for this hour, so that the next one is used',
      world('draining', { ...justDrained, at: NOON + 57 * MINUTE }),
      'wait PaidHour',
    ],
    ['draining: connections unread', world('draining', { ...drained, connections: unread }), 'wait ReadFailed'],
    [
      'draining: the others went meanwhile',
      world('draining', { ...drained, othersServing: { ok: true, value: 0 } }),
      'wait LastLoadBalancer',
    ],
    [
      'draining: open connections are never cut where nobody says when',
      world('draining', {
        intent: { withdrawnAt: ago(20), since: ago(600) },
        connections: { ok: true, value: 101 },
        limits: { ...world('draining').limits, drainDeadline: undefined },
      }),
      'wait Draining',
    ],
    ['draining: the hour is paid', world('draining', drained), 'wait PaidHour'],
    [
      'draining: the hour is paid until its last ten minutes',
      world('draining', { ...justDrained, at: NOON + 49 * MINUTE + 59 * SECOND }),
      'wait PaidHour',
    ],
    ['draining: done', world('draining', { ...justDrained, at: NOON + 50 * MINUTE }), 'unbind'],
    [
      'draining: what is of the pool is paid on, and free for others at once',
      world('draining', { ...drained, clb: clb('draining', { pooled: true }) }),
      'unbind',
    ],
    ['draining: somebody deleted it', world('draining', { clb: 'gone' }), 'enter unbound'],
    ['unbound: the Service still says LoadBalancer', world('unbound', { intent: { type: 'LoadBalancer' } }), 'unbind'],
    ['unbound: the controller is at it', world('unbound', { finalizer: true }), 'wait Unbinding'],
    ['unbound: listeners are left', world('unbound', { clb: clb('draining', { listeners: [443] }) }), 'wait Unbinding'],
    ['unbound: somebody published it', world('unbound', { records: records({ enabled: 1 }) }), 'wait StillPublished!'],
    ['unbound: records unread', world('unbound', { records: unread }), 'wait ReadFailed'],
    ['unbound: disabled records go first', world('unbound', { records: records({ disabled: 2 }) }), 'delete-records'],
    [
      'unbound: disabled records of others',
      world('unbound', { records: records({ disabled: 1, disabledOfOthers: 1 }) }),
      'wait StillPublished!',
    ],
    ['unbound: the mark before the end', world('unbound', { clb: clb('draining', { listeners: [] }) }), 'tag deleting'],
    [
      'unbound: the end, at a later look',
      world('unbound', { clb: clb('deleting', { listeners: [] }) }),
      'enter deleting',
    ],
    ['unbound: deleted by somebody, and named by nothing', world('unbound', { clb: 'gone' }), 'delete-service'],
    [
      'unbound: deleted by somebody, and still named',
      world('unbound', { clb: 'gone', records: records({ enabled: 1, answered: true }) }),
      'wait StillPublished!',
    ],
    ['deleting: the protection comes off', world('deleting'), 'unprotect'],
    [
      'deleting: delete',
      world('deleting', { clb: clb('deleting', { deleteProtection: false, listeners: [] }) }),
      'delete-clb',
    ],
    [
      'deleting: what is of the pool goes back',
      world('deleting', { clb: clb('deleting', { pooled: true, listeners: [] }) }),
      'give-back',
    ],
    [
      "deleting: what went back is nobody's, or another Service's",
      world('deleting', { clb: clb('deleting', { pooled: true, ownerUid: undefined }) }),
      'delete-service',
    ],
    [
      'deleting: never without our mark',
      world('deleting', { clb: clb('deleting', { ownerUid: undefined }) }),
      'wait ForeignLoadBalancer!',
    ],
    [
      'deleting: never what another Service names',
      world('deleting', { alsoNamedBy: ['istio-system/other'] }),
      'wait ForeignLoadBalancer!',
    ],
    ['deleting: it is gone', world('deleting', { clb: 'gone' }), 'delete-service'],
    [
      'unbound: of one that served, withdrawn as of now',
      world('unbound', { intent: { everServed: true } }),
      'note-withdrawn 2026-11-22T12:00:00Z',
    ],
    [
      'unbound: of one that served, still published',
      world('unbound', { intent: { everServed: true }, records: records({ enabled: 1 }) }),
      'wait Withdrawing',
    ],
    [
      'unbound: of one that served, a late write may still publish it',
      world('unbound', { intent: { everServed: true, withdrawnAt: ago(19, 59) } }),
      'wait Draining',
    ],
    [
      'unbound: of one that served, deleted by somebody',
      world('unbound', { intent: { everServed: true, withdrawnAt: ago(19, 59) }, clb: 'gone' }),
      'wait Draining',
    ],
    [
      'unbound: of one that served, long withdrawn',
      world('unbound', { intent: { everServed: true, withdrawnAt: ago(20) } }),
      'tag deleting',
    ],
    [
      'unbound: answered although it never served',
      world('unbound', { records: records({ answered: true }) }),
      'wait StillPublished!',
    ],
    ['deleting: published meanwhile', world('deleting', { records: records({ enabled: 1 }) }), 'wait StillPublished!'],
    [
      'deleting: published meanwhile, after it was withdrawn',
      world('deleting', { intent: { everServed: true, withdrawnAt: ago(30) }, records: records({ answered: true }) }),
      'note-withdrawn none',
    ],
    ['deleting: records unread', world('deleting', { records: unread }), 'wait ReadFailed'],
    ['deleting: disabled records', world('deleting', { records: records({ disabled: 1 }) }), 'delete-records'],
    ['deleting: the controller is at it again', world('deleting', { finalizer: true }), 'wait Unbinding'],
    [
      'deleting: somebody made listeners',
      world('deleting', { clb: clb('deleting', { listeners: [8080] }) }),
      'wait Unbinding',
    ],
    [
      'deleting: what is of the pool goes back only when nothing names it',
      world('deleting', { clb: clb('deleting', { pooled: true, listeners: [] }), records: records({ enabled: 1 }) }),
      'wait StillPublished!',
    ],
    ['deleting: unread is not gone', world('deleting', { clb: unread }), 'wait ReadFailed'],
  ])('%s', (_, given, expected) => {
    expect(step({ ...given, wanted: false })).toBe(expected);
  });
});

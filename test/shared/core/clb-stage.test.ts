import {
  CLB_STAGES,
  type ClbStage,
  type ClbState,
  type IntentSeen,
  nextStep,
  type RecordsOfAddress,
  type StageStep,
  type StageWorld,
} from '../../../shared/core/clb-stage';
import { isoTime, MINUTE, SECOND } from '../../../shared/core/time';
import { NOON } from './a-snapshot';

const UID = '5f0c2c1e';
const BOUND = { id: 'lb-1', address: '203.0.113.7' };
const unread = { ok: false as const, problem: 'throttled' };

/** The instance as it is when everything went well. */
function clb(stageTag: string, changes: Partial<ClbState> = {}): ClbState {
  return {
    ...BOUND,
    status: 'active',
    ownerUid: UID,
    stageTag,
    pooled: false,
    deleteProtection: true,
    listeners: [80, 443],
    ...changes,
  };
}

function records(changes: Partial<RecordsOfAddress>): StageWorld['records'] {
  return { ok: true, value: { enabled: 0, disabled: 0, disabledOfOthers: 0, answered: false, ...changes } };
}

interface Given extends Partial<Omit<StageWorld, 'intent' | 'clb'>> {
  readonly intent?: Partial<IntentSeen>;
  readonly clb?: ClbState | 'gone' | typeof unread;
}

/** An instance in its stage for five minutes, wanted, with nothing amiss. */
function world(stage: ClbStage, { clb: state, intent, ...changes }: Given = {}): StageWorld {
  const early = stage === 'intent';
  const late = stage === 'unbound' || stage === 'deleting';
  const seen = state ?? clb(stage, late ? { listeners: [] } : {});
  return {
    at: NOON,
    intent: {
      name: 'ingressgateway-clb-1',
      uid: UID,
      resourceVersion: '7',
      ordinal: 1,
      type: stage === 'binding' || stage === 'serving' || stage === 'draining' ? 'LoadBalancer' : 'ClusterIP',
      stage,
      since: NOON - 5 * MINUTE,
      attempt: 1,
      zone: undefined,
      refusedZones: [],
      clb: early ? undefined : BOUND,
      withdrawnAt: undefined,
      ...intent,
    },
    wanted: true,
    owned: { ok: true, value: [] },
    pool: { ok: true, value: [] },
    clb: early ? undefined : typeof seen === 'object' && 'ok' in seen ? seen : { ok: true, value: seen },
    boundId: 'lb-1',
    finalizer: false,
    alsoNamedBy: [],
    health: {
      ok: true,
      value: [
        { port: 80, running: true, normalBackends: 2 },
        { port: 443, running: true, normalBackends: 2 },
      ],
    },
    ports: [80, 443],
    inStep: true,
    purchasesLeft: { ok: true, value: 4 },
    answers: { ok: true, value: true },
    records: records({}),
    connections: { ok: true, value: 0 },
    othersServing: 1,
    otherRelease: false,
    limits: {
      zones: ['cn-hangzhou-h', 'cn-hangzhou-i'],
      backends: 2,
      ttl: 10 * MINUTE,
      fewConnections: 100,
      drainDeadline: 60 * MINUTE,
    },
    ...changes,
  };
}

/** What is done, in one word and its object; of a wait its reason, with `!` when a person is needed. */
function step(given: StageWorld): string {
  const next: StageStep = nextStep(given);
  switch (next.do) {
    case 'wait':
      return `wait ${next.reason}${next.needsPerson ? '!' : ''}`;
    case 'take':
      return `take ${next.id}`;
    case 'choose-zone':
      return `choose-zone ${next.zone} ${next.attempt}`;
    case 'buy':
      return `buy ${next.clientToken} ${next.zone}`;
    case 'record':
      return `record ${next.id} ${next.address}${next.pooled ? ' pooled' : ''}`;
    case 'note-withdrawn':
      return `note-withdrawn ${next.at === undefined ? 'none' : isoTime(next.at)}`;
    case 'enter':
    case 'tag':
      return `${next.do} ${next.stage}`;
    default:
      return next.do;
  }
}

const zone = 'cn-hangzhou-h';
const ago = (minutes: number, seconds = 0) => NOON - minutes * MINUTE - seconds * SECOND;

describe('an extra CLB that is wanted', () => {
  it.each<[what: string, given: StageWorld, expected: string]>([
    ['intent: choose where to buy, written down first', world('intent'), 'choose-zone cn-hangzhou-h 1'],
    ['intent: buy there', world('intent', { intent: { zone } }), 'buy 5f0c2c1e-1 cn-hangzhou-h'],
    [
      'intent: again with the same token while it is remembered',
      world('intent', { intent: { zone, since: ago(9, 59) } }),
      'buy 5f0c2c1e-1 cn-hangzhou-h',
    ],
    [
      'intent: then another attempt',
      world('intent', { intent: { zone, since: ago(10), attempt: 2 } }),
      'choose-zone cn-hangzhou-h 3',
    ],
    [
      'intent: where there is stock',
      world('intent', { intent: { refusedZones: [zone], attempt: 2 } }),
      'choose-zone cn-hangzhou-i 2',
    ],
    ['intent: nowhere', world('intent', { intent: { refusedZones: [zone, 'cn-hangzhou-i'] } }), 'wait NoZoneLeft!'],
    [
      'intent: the pool comes first',
      world('intent', { pool: { ok: true, value: [clb('pool', { id: 'lb-9', pooled: true })] } }),
      'take lb-9',
    ],
    ['intent: an unread pool is not an empty one', world('intent', { pool: unread }), 'wait ReadFailed'],
    [
      'intent: an unread list of what was bought is not an empty one',
      world('intent', { owned: unread, intent: { zone } }),
      'wait ReadFailed',
    ],
    [
      'intent: what was bought is recorded',
      world('intent', { intent: { zone }, owned: { ok: true, value: [clb('intent')] } }),
      'record lb-1 203.0.113.7',
    ],
    [
      'intent: what was taken as well',
      world('intent', { owned: { ok: true, value: [clb('intent', { pooled: true })] } }),
      'record lb-1 203.0.113.7 pooled',
    ],
    [
      'intent: two for one need',
      world('intent', { owned: { ok: true, value: [clb('intent'), clb('intent', { id: 'lb-2' })] } }),
      'wait AmbiguousLoadBalancer!',
    ],
    [
      'intent: the purchases of a day are used up',
      world('intent', { purchasesLeft: { ok: true, value: 0 } }),
      'wait TooManyPurchases!',
    ],
    [
      'intent: a zone that refused has sold nothing',
      world('intent', { intent: { refusedZones: [zone], attempt: 2 }, purchasesLeft: { ok: true, value: 0 } }),
      'choose-zone cn-hangzhou-i 2',
    ],
    [
      'intent: another attempt may be another purchase',
      world('intent', { intent: { zone, since: ago(10) }, purchasesLeft: { ok: true, value: 0 } }),
      'wait TooManyPurchases!',
    ],
    ['intent: unread purchases are not none', world('intent', { purchasesLeft: unread }), 'wait ReadFailed'],
    ['bought: the tag follows the stage', world('bought', { clb: clb('intent', { listeners: [] }) }), 'tag bought'],
    ['bought: bind', world('bought', { clb: clb('bought', { listeners: [] }) }), 'bind'],
    ['bought: locked', world('bought', { clb: clb('bought', { status: 'locked' }) }), 'wait LoadBalancerLocked!'],
    [
      'bought: not active yet',
      world('bought', { clb: clb('bought', { status: 'other', listeners: [] }) }),
      'wait Binding',
    ],
    [
      'bought: without listeners it is inactive, and may be bound',
      world('bought', { clb: clb('bought', { status: 'inactive', listeners: [] }) }),
      'bind',
    ],
    [
      'bought: somebody uses it',
      world('bought', { clb: clb('bought', { listeners: [8080] }) }),
      'wait ForeignListener!',
    ],
    ['bought: named twice', world('bought', { alsoNamedBy: ['istio-system/other'] }), 'wait ForeignLoadBalancer!'],
    [
      'bought: without our mark',
      world('bought', { clb: clb('bought', { ownerUid: 'another' }) }),
      'wait ForeignLoadBalancer!',
    ],
    ['bought: unread', world('bought', { clb: unread }), 'wait ReadFailed'],
    ['binding: the controller has not come to it', world('binding', { boundId: undefined }), 'wait Binding'],
    [
      'binding: a listener has too few backends',
      world('binding', {
        health: {
          ok: true,
          value: [
            { port: 80, running: true, normalBackends: 2 },
            { port: 443, running: true, normalBackends: 1 },
          ],
        },
      }),
      'wait Binding',
    ],
    [
      'binding: a listener does not run',
      world('binding', {
        health: {
          ok: true,
          value: [
            { port: 80, running: false, normalBackends: 2 },
            { port: 443, running: true, normalBackends: 2 },
          ],
        },
      }),
      'wait Binding',
    ],
    [
      'binding: a listener is not there',
      world('binding', { health: { ok: true, value: [{ port: 80, running: true, normalBackends: 2 }] } }),
      'wait Binding',
    ],
    ['binding: health unread', world('binding', { health: unread }), 'wait ReadFailed'],
    ['binding: it does not answer', world('binding', { answers: { ok: true, value: false } }), 'wait NotAnswering'],
    ['binding: it was not probed', world('binding', { answers: unread }), 'wait ReadFailed'],
    ["binding: the gateway's own Service was changed", world('binding', { inStep: false }), 'follow'],
    [
      'binding: what once lost its last listener is switched on',
      world('binding', { clb: clb('bought', { status: 'inactive' }) }),
      'activate',
    ],
    [
      'binding: without listeners nothing is switched on',
      world('binding', {
        clb: clb('bought', { status: 'inactive', listeners: [] }),
        health: { ok: true, value: [] },
      }),
      'wait Binding',
    ],
    ['binding: serve', world('binding'), 'enter serving'],
    ['serving: the tag follows', world('serving', { clb: clb('binding') }), 'tag serving'],
    ["serving: the gateway's own Service was changed", world('serving', { inStep: false }), 'follow'],
    ['serving: as it should be', world('serving'), 'wait LoadBalancerServing'],
    ['serving: somebody deleted it', world('serving', { clb: 'gone' }), 'enter unbound'],
    ['draining: a want cancels the release', world('draining'), 'enter serving'],
    [
      'unbound: nothing cancels it any more',
      world('unbound', { clb: clb('unbound', { listeners: [] }) }),
      'tag deleting',
    ],
  ])('%s', (_, given, expected) => {
    expect(step(given)).toBe(expected);
  });
});

describe('an extra CLB that is no longer wanted', () => {
  const drained = { intent: { withdrawnAt: ago(20), since: ago(30) } };
  const justDrained = { intent: { withdrawnAt: ago(0), since: ago(1) } };

  it.each<[what: string, given: StageWorld, expected: string]>([
    ['intent: nothing was asked for', world('intent'), 'delete-service'],
    ['intent: a purchase may still come', world('intent', { intent: { zone, since: ago(19, 59) } }), 'wait Settling'],
    ['intent: it cannot come any more', world('intent', { intent: { zone, since: ago(20) } }), 'delete-service'],
    [
      'intent: it came',
      world('intent', { intent: { zone }, owned: { ok: true, value: [clb('intent')] } }),
      'record lb-1 203.0.113.7',
    ],
    ['bought: was never published', world('bought'), 'enter unbound'],
    ['binding: was never published', world('binding'), 'unbind'],
    ['serving: drain', world('serving'), 'enter draining'],
    ['serving: another one is being released', world('serving', { otherRelease: true }), 'wait OtherRelease'],
    ['serving: never the last', world('serving', { othersServing: 0 }), 'wait LastLoadBalancer'],
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
      world('draining', { intent: { withdrawnAt: ago(20), since: ago(60) }, connections: { ok: true, value: 101 } }),
      'unbind',
    ],
    ['draining: connections unread', world('draining', { ...drained, connections: unread }), 'wait ReadFailed'],
    [
      'draining: the others went meanwhile',
      world('draining', { ...drained, othersServing: 0 }),
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
    ['deleting: unread is not gone', world('deleting', { clb: unread }), 'wait ReadFailed'],
  ])('%s', (_, given, expected) => {
    expect(step({ ...given, wanted: false })).toBe(expected);
  });
});

it.each(CLB_STAGES.filter((stage) => stage !== 'intent'))(
  'a Service in stage %s that names no instance is for a person',
  (stage) => {
    expect(step({ ...world(stage, { intent: { clb: undefined } }), clb: undefined })).toBe('wait BrokenIntent!');
  },
);

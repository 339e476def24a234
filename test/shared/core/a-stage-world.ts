import { nextStep } from '../../../shared/core/clb-next-step';
import type {
  ClbStage,
  ClbState,
  IntentSeen,
  RecordsOfAddress,
  StageStep,
  StageWorld,
} from '../../../shared/core/clb-stage';
import { isoTime, MINUTE, SECOND } from '../../../shared/core/time';
import { NOON } from './a-snapshot';

const UID = '5f0c2c1e';
const BOUND = { id: 'lb-1', address: '203.0.113.7' };
/** Where instances are bought first. */
export const zone = 'cn-hangzhou-h';
export const ago = (minutes: number, seconds = 0) => NOON - minutes * MINUTE - seconds * SECOND;
export const unread = { ok: false as const, problem: 'throttled' };

/** The instance as it is when everything went well. */
export function clb(stageTag: string, changes: Partial<ClbState> = {}): ClbState {
  return {
    ...BOUND,
    status: 'active',
    ownerUid: UID,
    stageTag,
    pooled: false,
    deleteProtection: true,
    listeners: [80, 443],
    foreignListeners: [],
    ...changes,
  };
}

export function records(changes: Partial<RecordsOfAddress>): StageWorld['records'] {
  return { ok: true, value: { enabled: 0, disabled: 0, disabledOfOthers: 0, answered: false, ...changes } };
}

interface Given extends Partial<Omit<StageWorld, 'intent' | 'clb'>> {
  readonly intent?: Partial<IntentSeen>;
  readonly clb?: ClbState | 'gone' | typeof unread;
}

/** An instance in its stage for five minutes, wanted, with nothing amiss. */
export function world(stage: ClbStage, { clb: state, intent, ...changes }: Given = {}): StageWorld {
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
      createdAt: NOON - 5 * MINUTE,
      type: stage === 'binding' || stage === 'serving' || stage === 'draining' ? 'LoadBalancer' : 'ClusterIP',
      stage,
      since: NOON - 5 * MINUTE,
      attempt: 1,
      zone: undefined,
      refusedZones: [],
      nothingSeenAt: undefined,
      taking: undefined,
      clb: early ? undefined : BOUND,
      everServed: stage === 'serving' || stage === 'draining',
      withdrawnAt: undefined,
      ...intent,
    },
    wanted: true,
    owned: { ok: true, value: [] },
    strays: [],
    taking: unread,
    network: { ok: true, value: { addressType: 'internet', vSwitch: undefined } },
    zones: { ok: true, value: [zone, 'cn-hangzhou-i'] },
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
    othersServing: { ok: true, value: 1 },
    askedToRelease: false,
    otherRelease: false,
    limits: {
      backends: 2,
      ttl: 10 * MINUTE,
      fewConnections: 100,
      drainDeadline: 60 * MINUTE,
    },
    ...changes,
  };
}

/** What is done, in one word and its object; of a wait its reason, with `!` when a person is needed. */
export function step(given: StageWorld): string {
  const next: StageStep = nextStep(given);
  switch (next.do) {
    case 'wait':
      return `wait ${next.reason}${next.needsPerson ? '!' : ''}`;
    case 'take':
    case 'claim':
    case 'let-go':
      return `${next.do} ${next.id}`;
    case 'choose-zone':
      return `choose-zone ${next.zone} ${next.attempt}${next.counts ? '' : ' uncounted'}`;
    case 'buy':
      return `buy ${next.clientToken} ${next.zone}`;
    case 'record':
      return `record ${next.id} ${next.address}${next.pooled ? ' pooled' : ''}`;
    case 'note-nothing-seen':
      return `note-nothing-seen ${isoTime(next.at)}`;
    case 'note-withdrawn':
      return `note-withdrawn ${next.at === undefined ? 'none' : isoTime(next.at)}`;
    case 'enter':
    case 'tag':
      return `${next.do} ${next.stage}`;
    default:
      return next.do;
  }
}

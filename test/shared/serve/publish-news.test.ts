import { type LinePlan, type NamePlan, NO_MOVES, type Removal } from '../../../shared/core/publication-model';
import { decodeEvent } from '../../../shared/event';
import type { NameOutcome } from '../../../shared/run/publish';
import { newsOf, wellIn } from '../../../shared/serve/publish-news';
import { NOON } from '../core/a-snapshot';

const REGION = 'cn-hangzhou';
const GONE = '203.0.113.1';
const STAYS = '203.0.113.2';

function removal(reason: Removal['reason']): Removal {
  const record = {
    id: '1',
    rr: 'www',
    type: 'A',
    value: GONE,
    line: 'default',
    ttl: 90,
    enabled: true,
    locked: false,
    remark: 'gateway-autopilot',
    weight: undefined,
    updatedAt: undefined,
  } as const;
  const health = { state: 'sick', why: 'no answer' } as const;
  const clb = { region: 'cn-shanghai', id: 'lb-1', address: GONE, origin: 'own', serving: true, health } as const;
  return { do: 'disable', record, reason, because: 'no answer', clb };
}

function line(answers: readonly string[], removals: readonly Removal[] = []): LinePlan {
  return {
    line: 'default',
    type: 'A',
    answers,
    wanted: [STAYS],
    additions: [],
    removals,
    holds: [],
    ledAway: [],
    moves: NO_MOVES,
    adoptable: [],
    foreign: [],
  };
}

function plan(lines: readonly LinePlan[], outcome: NamePlan['outcome'], reason: NamePlan['reason']): NamePlan {
  return {
    name: {
      name: 'www.example.com',
      zone: 'example.com',
      rr: 'www',
      gateway: 'ingressgateway',
      publish: 'auto',
      ttl: 60,
      lines: [{ line: 'default', regions: [REGION] }],
      mode: 'active-active',
      subnets: {},
      weights: 'off',
      own: {},
    },
    ttl: 60,
    lines,
    alarms: [],
    outcome,
    reason,
    message: 'as it should be',
    needsPerson: false,
  };
}

/** A name that one address was taken from. */
function removed(reason: Removal['reason'], changes: Partial<NameOutcome> = {}): NameOutcome {
  return {
    plan: plan([line([GONE, STAYS], [removal(reason)])], 'change', reason),
    after: plan([line([STAYS])], 'steady', 'Published'),
    done: [`disable ${GONE} on default: no answer`],
    failures: [],
    verification: [],
    wouldChange: false,
    times: { decided: NOON },
    outcome: 'change',
    reason,
    message: `disable ${GONE} on default: no answer`,
    needsPerson: false,
    ...changes,
  };
}

function news(name: NameOutcome) {
  return newsOf(
    {
      zones: [{ zone: 'example.com', fence: 'proven', freeze: undefined, standing: [], names: [name] }],
      rooms: new Map(),
      fronts: { byName: new Map(), ringing: new Map(), observedAt: 0 },
      addresses: [],
      retry: false,
    },
    REGION,
    NOON,
  );
}

it.each<[Removal['reason'], command: object]>([
  ['RegionDrained', { action: 'resume', gateway: 'ingressgateway' }],
  ['RegionUnhealthy', { action: 'pin', gateway: 'ingressgateway', region: 'cn-shanghai' }],
  ['RegionStandby', { action: 'pin', gateway: 'ingressgateway', region: 'cn-shanghai' }],
])('clients that leave a region for %s: from, to and a command that takes it back', (reason, command) => {
  const [told, ...more] = news(removed(reason));
  expect(more).toEqual([]);
  expect(told).toMatchObject({
    kind: 'changed',
    region: REGION,
    subject: 'www.example.com',
    reason,
    message: `disable ${GONE} on default: no answer`,
    from: `default: ${GONE}, ${STAYS}`,
    to: `default: ${STAYS}`,
  });
  const undo = /^send failover-dns (\{.*\}); clients follow within 90 s$/.exec(told?.undo ?? '')?.[1];
  expect(decodeEvent(Buffer.from(undo ?? ''))).toMatchObject({ kind: 'command', command });
});

it('one sick address: the zone is frozen first, since it would be taken away again', () => {
  expect(news(removed('AddressUnhealthy'))[0]?.undo).toBe(
    'add a TXT record _gateway-autopilot-freeze to example.com, then change the records by hand; clients follow within 90 s',
  );
});

it('what was done is told beside what stood in the way of the rest, each with its own reason', () => {
  const failure = { reason: 'RecordConflict', message: 'a CNAME is there', needsPerson: true } as const;
  const both = removed('RegionUnhealthy', { ...failure, outcome: 'hold', failures: [failure] });
  expect(news(both).map(({ kind, message, reason }) => [kind, reason, message])).toEqual([
    ['changed', 'RegionUnhealthy', `disable ${GONE} on default: no answer`],
    ['held', 'RecordConflict', 'a CNAME is there'],
  ]);
});

it('a name that is held, for a person or not, is not well', () => {
  const zones = (name: NameOutcome) => ({
    zones: [{ zone: 'example.com', fence: undefined, freeze: undefined, standing: [], names: [name] }],
  });
  expect(wellIn(zones(removed('RegionUnhealthy')), REGION)).toEqual([{ region: REGION, subject: 'www.example.com' }]);
  expect(wellIn(zones(removed('RegionUnhealthy', { outcome: 'hold' })), REGION)).toEqual([]);
});

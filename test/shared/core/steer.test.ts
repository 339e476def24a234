import { concerns, STEER_RR, steersOf, steerText, type ZoneSteer } from '../../../shared/core/steer';
import { HOUR } from '../../../shared/core/time';
import type { RecordSeen } from '../../../shared/core/zone';
import { aTxtRecord } from './a-txt-record';

const NOON = Date.UTC(2026, 10, 28, 12);

function txt(rr: string, value: string, changes: Partial<RecordSeen> = {}): RecordSeen {
  return aTxtRecord(rr, value, { updatedAt: NOON - HOUR, ...changes });
}

const DRAIN = 'drain=cn-hangzhou;owner=li.wei;until=2026-11-28T20:00Z;reason=power works';
const READ = {
  region: 'cn-hangzhou',
  owner: 'li.wei',
  reason: 'power works',
  since: NOON - HOUR,
  until: NOON + 8 * HOUR,
  recordId: 'r1',
};

describe('what people ask for in TXT records', () => {
  it('a drain of all names of the zone, a pin of one', () => {
    const records = [
      txt(STEER_RR, DRAIN),
      txt(STEER_RR, `${DRAIN.replace('drain', 'pin')};name=www.example.com`, { id: 'r2' }),
    ];
    expect(steersOf(records, NOON)).toEqual({
      steers: [
        { verb: 'drain', name: undefined, gateway: undefined, ...READ },
        { verb: 'pin', name: 'www.example.com', gateway: undefined, ...READ, recordId: 'r2' },
      ],
      over: [],
      problems: [],
    });
  });

  it('blanks and another order do not matter, and a reason may hold an equals sign', () => {
    const text = ' reason = a=b ; until=2026-11-28T20:00:00+00:00; owner= li.wei ;drain=cn-hangzhou';
    expect(steersOf([txt(STEER_RR, text)], NOON).steers).toMatchObject([{ ...READ, reason: 'a=b' }]);
  });

  it('one that is over is nobody’s wish any more', () => {
    const records = [txt(STEER_RR, DRAIN.replace('20:00', '12:00'))];
    expect(steersOf(records, NOON)).toEqual({ steers: [], over: ['r1'], problems: [] });
  });

  it.each([
    ['down for a while', 'either drain or pin is needed'],
    ['drain=a;pin=b;owner=li.wei;reason=x;until=2026-11-28T20:00Z', 'either drain or pin is needed'],
    ['drain=cn-hangzhou;owner=li.wei;until=2026-11-28T20:00Z', 'owner and reason are needed'],
    ['drain=cn-hangzhou;owner=li.wei;reason=x', 'until must be a time such as 2026-11-28T20:00Z'],
    ['drain=cn-hangzhou;owner=li.wei;reason=x;until=tonight', 'until must be a time such as 2026-11-28T20:00Z'],
    [
      'drain=cn-hangzhou;owner=li.wei;reason=x;until=2026-12-02T20:00Z',
      'it would last for more than 72 hours, until 2026-12-02T20:00:00Z',
    ],
  ])('"%s" cannot be obeyed, and that is said', (value, problem) => {
    expect(steersOf([txt(STEER_RR, value)], NOON)).toEqual({
      steers: [],
      over: [],
      problems: [`TXT ${STEER_RR} "${value}": ${problem}`],
    });
  });

  it.each<[string, RecordSeen]>([
    ['a disabled record', txt(STEER_RR, DRAIN, { enabled: false })],
    ['another type', txt(STEER_RR, DRAIN, { type: 'A' })],
    ['another name', txt('_gateway-autopilot-regional', DRAIN)],
  ])('%s is none', (_, record) => {
    expect(steersOf([record], NOON)).toEqual({ steers: [], over: [], problems: [] });
  });

  it('what is written is read as it was meant', () => {
    const wish = {
      verb: 'drain',
      region: 'cn-hangzhou',
      gateway: undefined,
      name: 'www.example.com',
      owner: 'li.wei',
      until: NOON + 8 * HOUR,
    } as const;
    const text = steerText({ ...wish, reason: 'power;works\n"at" night ' });
    expect(text).toBe(
      'drain=cn-hangzhou;name=www.example.com;owner=li.wei;until=2026-11-28T20:00:00Z;reason=power works at night',
    );
    expect(steersOf([txt(STEER_RR, text)], NOON).steers).toMatchObject([{ ...wish, reason: 'power works at night' }]);
  });

  it.each<[Partial<ZoneSteer>, boolean]>([
    [{}, true],
    [{ name: 'www.example.com' }, true],
    [{ name: 'api.example.com' }, false],
    [{ gateway: 'web' }, true],
    [{ gateway: 'api' }, false],
    [{ gateway: 'web', name: 'api.example.com' }, false],
  ])('%j concerns www.example.com of the gateway web: %s', (wish, expected) => {
    const steer: ZoneSteer = { verb: 'drain', name: undefined, gateway: undefined, ...READ, ...wish };
    expect(concerns(steer, { name: 'www.example.com', gateway: 'web' })).toBe(expected);
  });
});

import { freezeInWords } from '../../../shared/core/standing';
import { MINUTE } from '../../../shared/core/time';
import type { RecordSeen } from '../../../shared/core/zone';
import { FREEZE_RR, freezeIn, freezeText } from '../../../shared/core/zone-freeze';
import { aTxtRecord } from './a-txt-record';

const AT = Date.UTC(2026, 10, 28, 12);

function text(value: string, changes: Partial<RecordSeen> = {}): RecordSeen {
  return aTxtRecord(FREEZE_RR, value, { id: value, ...changes });
}

const FOREVER = { owner: 'somebody', reason: 'ops', until: undefined };

it.each<[string, readonly RecordSeen[], unknown]>([
  ['any text', [text('ops')], FOREVER],
  ['a disabled one', [text('ops', { enabled: false })], undefined],
  ['another type', [text('ops', { type: 'A' })], undefined],
  ['another name', [text('ops', { rr: 'www' })], undefined],
  ['none', [], undefined],
  [
    'one with an end',
    [text('owner=li.wei;until=2026-11-28T20:00Z;reason=migration')],
    { owner: 'li.wei', reason: 'migration', until: Date.UTC(2026, 10, 28, 20) },
  ],
  ['one that is over', [text('owner=li.wei;until=2026-11-28T12:00Z;reason=migration')], undefined],
  [
    'one whose end cannot be read stands',
    [text('owner=li.wei;until=tomorrow;reason=migration')],
    { owner: 'li.wei', reason: 'migration', until: undefined },
  ],
  ['of several the one that ends last', [text('owner=a;until=2026-11-29T00:00Z;reason=b'), text('ops')], FOREVER],
])('a freeze: %s', (_, records, expected) => {
  expect(freezeIn(records, AT)).toEqual(expected);
});

it('what is written is read again, whatever a reason holds', () => {
  const freeze = { owner: 'li; wei', reason: 'a "new"\\zone; until=never', until: AT + MINUTE };
  const written = freezeText(freeze);
  expect(written).toBe('owner=li wei;until=2026-11-28T12:01:00Z;reason=a new zone until=never');
  const read = freezeIn([text(written)], AT);
  expect(read).toEqual({ owner: 'li wei', reason: 'a new zone until=never', until: AT + MINUTE });
  expect(read && freezeInWords(read)).toBe('frozen by li wei until 2026-11-28T12:01:00Z: a new zone until=never');
});

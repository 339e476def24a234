import type { StageWorld } from '../../../shared/core/clb-stage';
import { ago, clb, step, unread, world, zone } from './a-stage-world';

describe('an instance for an extra CLB that is wanted', () => {
  it.each<[what: string, given: StageWorld, expected: string]>([
    ['intent: choose where to buy, written down first', world('intent'), 'choose-zone cn-hangzhou-h 1'],
    ['intent: buy there', world('intent', { intent: { zone } }), 'buy 5f0c2c1e-1 cn-hangzhou-h'],
    [
      'intent: again with the same token while it is remembered',
      world('intent', { intent: { zone, since: ago(9, 59) } }),
      'buy 5f0c2c1e-1 cn-hangzhou-h',
    ],
    [
      'intent: then it may still be carried out until the last signature is too old',
      world('intent', { intent: { zone, since: ago(29, 59), attempt: 2 } }),
      'wait Settling',
    ],
    [
      'intent: then nothing is seen of it',
      world('intent', { intent: { zone, since: ago(30), attempt: 2 } }),
      'note-nothing-seen 2026-11-22T12:00:00Z',
    ],
    [
      'intent: what was not seen before that says nothing',
      world('intent', { intent: { zone, since: ago(31), nothingSeenAt: ago(2) } }),
      'note-nothing-seen 2026-11-22T12:00:00Z',
    ],
    [
      'intent: a moment ago, which may be the same old list',
      world('intent', { intent: { zone, since: ago(31), nothingSeenAt: ago(0, 59) } }),
      'wait Settling',
    ],
    [
      'intent: nor by a later list, so that another attempt may buy',
      world('intent', { intent: { zone, since: ago(31), nothingSeenAt: ago(1), attempt: 2 } }),
      'choose-zone cn-hangzhou-h 3',
    ],
    [
      'intent: where there is stock',
      world('intent', { intent: { refusedZones: [zone], attempt: 2 } }),
      'choose-zone cn-hangzhou-i 2 uncounted',
    ],
    ['intent: nowhere', world('intent', { intent: { refusedZones: [zone, 'cn-hangzhou-i'] } }), 'wait NoZoneLeft!'],
    [
      'intent: the pool comes first',
      world('intent', { pool: { ok: true, value: [clb('pool', { id: 'lb-9', pooled: true })] } }),
      'take lb-9',
    ],
    [
      'intent: what is written down is claimed',
      world('intent', { intent: { taking: 'lb-9' }, taking: { ok: true, value: 'free' } }),
      'claim lb-9',
    ],
    [
      'intent: what another one has is left to it',
      world('intent', { intent: { taking: 'lb-9' }, taking: { ok: true, value: 'lost' } }),
      'let-go lb-9',
    ],
    [
      'intent: what another one is about to take is waited for',
      world('intent', { intent: { taking: 'lb-9' }, taking: { ok: true, value: 'contended' } }),
      'wait Settling',
    ],
    ['intent: unread is not free', world('intent', { intent: { taking: 'lb-9' }, taking: unread }), 'wait ReadFailed'],
    [
      'intent: every zone refused, ten minutes ago',
      world('intent', { intent: { refusedZones: [zone, 'cn-hangzhou-i'], attempt: 3, since: ago(10) } }),
      'choose-zone cn-hangzhou-h 3 uncounted',
    ],
    [
      'intent: whether it is to be public is not known',
      world('intent', { network: { ok: false, problem: 'both', needsPerson: true } }),
      'wait UnclearNetwork!',
    ],
    [
      'intent: private, and in which vSwitch is not known',
      world('intent', { network: { ok: true, value: { addressType: 'intranet', vSwitch: undefined } } }),
      'wait UnclearNetwork!',
    ],
    [
      'intent: private',
      world('intent', {
        intent: { zone },
        network: { ok: true, value: { addressType: 'intranet', vSwitch: 'vsw-1' } },
      }),
      'buy 5f0c2c1e-1 cn-hangzhou-h',
    ],
    ['intent: unread zones are not none', world('intent', { zones: unread }), 'wait ReadFailed'],
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
      'choose-zone cn-hangzhou-i 2 uncounted',
    ],
    [
      'intent: another attempt may be another purchase',
      world('intent', {
        intent: { zone, since: ago(31), nothingSeenAt: ago(1) },
        purchasesLeft: { ok: true, value: 0 },
      }),
      'wait TooManyPurchases!',
    ],
    ['intent: unread purchases are not none', world('intent', { purchasesLeft: unread }), 'wait ReadFailed'],
  ])('%s', (_, given, expected) => {
    expect(step(given)).toBe(expected);
  });
});

describe('an instance for an extra CLB that is no longer wanted', () => {
  it.each<[what: string, given: StageWorld, expected: string]>([
    ['intent: nothing was asked for', world('intent'), 'delete-service'],
    ['intent: a purchase may still come', world('intent', { intent: { zone, since: ago(29, 59) } }), 'wait Settling'],
    [
      'intent: it cannot come any more',
      world('intent', { intent: { zone, since: ago(31), nothingSeenAt: ago(1) } }),
      'delete-service',
    ],
    ['intent: what it was about to take is left', world('intent', { intent: { taking: 'lb-9' } }), 'let-go lb-9'],
    [
      'intent: it came',
      world('intent', { intent: { zone }, owned: { ok: true, value: [clb('intent')] } }),
      'record lb-1 203.0.113.7',
    ],
  ])('%s', (_, given, expected) => {
    expect(step({ ...given, wanted: false })).toBe(expected);
  });
});

import { CLB_STAGES, type StageWorld } from '../../../shared/core/clb-stage';
import { MINUTE } from '../../../shared/core/time';
import { NOON } from './a-snapshot';
import { clb, step, unread, world } from './a-stage-world';

describe('an extra CLB that is wanted', () => {
  it.each<[what: string, given: StageWorld, expected: string]>([
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
      world('bought', { clb: clb('bought', { listeners: [443], foreignListeners: [443] }) }),
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
    [
      'bought: a moment ago, and not known yet',
      world('bought', { clb: 'gone', intent: { since: NOON - MINUTE } }),
      'wait Settling',
    ],
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

it.each(CLB_STAGES.filter((stage) => stage !== 'intent'))(
  'a Service in stage %s that names no instance is for a person',
  (stage) => {
    expect(step({ ...world(stage, { intent: { clb: undefined } }), clb: undefined })).toBe('wait BrokenIntent!');
  },
);

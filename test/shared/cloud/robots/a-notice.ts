import type { Notice } from '../../../../shared/core/notice';

/** 2026-11-22T12:00:00Z */
export const AT = 1795348800000;

export const HELD: Notice = {
  kind: 'held',
  function: 'scale-gateway',
  region: 'cn-hangzhou',
  subject: 'ingressgateway',
  reason: 'AutoscalerMaximum',
  message: 'wants 14 replicas, the autoscaler allows 10',
  at: AT,
  who: 'the timer every-minute',
  requestIds: ['1-aa'],
};

export const CHANGED: Notice = {
  kind: 'changed',
  function: 'scale-gateway',
  region: 'cn-hangzhou',
  subject: 'ingressgateway',
  reason: 'LoadAboveTarget',
  message: 'newConnections 4500 connections/s is 150 % of 10 × 300',
  at: AT,
  measured: { metric: 'newConnections', value: '4500 connections/s', target: '10 × 300' },
  from: '10 replicas',
  to: '15 replicas',
  undo: 'send scale-gateway {"action":"scale","replicas":10}',
  who: 'the alarm R&D',
  requestIds: ['1-aa', 'alidns.AddDomainRecord 5D1C'],
};

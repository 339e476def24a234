import type { Trigger } from '../../../../shared/event';

const ORIGIN = { sourceIp: '47.74.206.10', method: 'POST', path: '/alarm/****' };

/** What the fixtures of ARMS say. */
export const ALERTMANAGERS: readonly (readonly [string, Trigger])[] = [
  [
    'alertmanager-firing-http',
    {
      kind: 'alarm',
      source: 'alertmanager',
      rule: 'GatewayErrors',
      state: 'alert',
      at: 1_763_868_525_828,
      instanceId: '10.0.0.8:15020',
      region: 'cn-hangzhou',
      level: 'critical',
      count: 2,
      http: ORIGIN,
    },
  ],
  [
    'alertmanager-resolved',
    {
      kind: 'alarm',
      source: 'alertmanager',
      rule: 'GatewayErrors',
      state: 'ok',
      at: 1_763_869_215_000,
      instanceId: '10.0.0.8:15020',
      region: 'cn-hangzhou',
      level: 'critical',
      dedupId: 'alertmanager/2b41****/resolved/2025-11-23T11:28:45.828266876+08:00',
    },
  ],
];

/** What the fixtures of CloudMonitor 2.0 say. */
export const CLOUDMONITORS_2: readonly (readonly [string, Trigger])[] = [
  [
    'cloudmonitor-2-event',
    {
      kind: 'alarm',
      source: 'cloudmonitor-2',
      rule: 'gateway errors',
      state: 'ok',
      at: 1_763_869_260_000,
      region: 'cn-shanghai',
      accountId: '1273****',
      level: 'WARN',
      dedupId: 'cloudmonitor-2/gateway-errors-cn-shanghai/RESOLVED/2025-11-23T03:41:00Z',
    },
  ],
  [
    'cloudmonitor-2-webhook-http',
    {
      kind: 'alarm',
      source: 'cloudmonitor-2',
      rule: 'gateway p99',
      state: 'alert',
      at: 1_763_868_660_000,
      metric: 'gateway_latency_p99',
      namespace: 'workspace-a',
      instanceId: 'lb-bp1****',
      region: 'cn-hangzhou',
      level: 'CRITICAL',
      expression: 'p99 > 800ms for 3m',
      http: ORIGIN,
    },
  ],
];

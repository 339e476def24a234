import { type output, strictObject, string } from 'zod';
import type { CommandedFunction, FunctionName } from '../core/function-name';

const FunctionPath = string().regex(/^[A-Za-z_][A-Za-z0-9_-]{0,127}(\/[A-Za-z_][A-Za-z0-9_-]{0,127})?$/, {
  error: 'is not the name of a function, or service/function of FC 2.0',
});

/** What a function is called where nobody says otherwise. */
function usually(name: FunctionName): string {
  return `gateway-autopilot-${name}`;
}

/** What the functions are called, the same in every region: they ask each other. */
export const FunctionNames = strictObject({
  scaleGateway: FunctionPath.default(usually('scale-gateway')),
  attachClb: FunctionPath.default(usually('attach-clb')),
  failoverDns: FunctionPath.default(usually('failover-dns')),
  probeRegion: FunctionPath.default(usually('probe-region')),
  auditGateway: FunctionPath.default(usually('audit-gateway')),
})
  .prefault({})
  .describe('Names in Function Compute, by which the functions ask each other; service/function for FC 2.0.');
export type FunctionNames = output<typeof FunctionNames>;

export const USUAL_NAMES: FunctionNames = FunctionNames.parse({});

const KEYS: Readonly<Record<CommandedFunction, keyof FunctionNames>> = {
  'scale-gateway': 'scaleGateway',
  'attach-clb': 'attachClb',
  'failover-dns': 'failoverDns',
  'probe-region': 'probeRegion',
  'audit-gateway': 'auditGateway',
};

/** What a function is called in Function Compute. No other one asks `receive-alarm`, whose name is always the same. */
export function calledAs(named: FunctionNames, name: FunctionName): string {
  return name === 'receive-alarm' ? usually(name) : named[KEYS[name]];
}

import { type output, strictObject, string } from 'zod';
import type { CommandedFunction } from '../core/function-name';

const FunctionPath = string().regex(/^[A-Za-z_][A-Za-z0-9_-]{0,127}(\/[A-Za-z_][A-Za-z0-9_-]{0,127})?$/, {
  error: 'is not the name of a function, or service/function of FC 2.0',
});

/** What the functions are called, the same in every region: they ask each other. */
export const FunctionNames = strictObject({
  scaleGateway: FunctionPath.default('gateway-autopilot-scale-gateway'),
  attachClb: FunctionPath.default('gateway-autopilot-attach-clb'),
  failoverDns: FunctionPath.default('gateway-autopilot-failover-dns'),
  probeRegion: FunctionPath.default('gateway-autopilot-probe-region'),
  auditGateway: FunctionPath.default('gateway-autopilot-audit-gateway'),
})
  .prefault({})
  .describe('Names in Function Compute, by which the functions ask each other; service/function for FC 2.0.');
export type FunctionNames = output<typeof FunctionNames>;

/** Functions by the names of their folders, and where the configuration says what they are called. */
export const CONFIGURED_AS: readonly (readonly [name: CommandedFunction, key: keyof FunctionNames])[] = [
  ['scale-gateway', 'scaleGateway'],
  ['attach-clb', 'attachClb'],
  ['failover-dns', 'failoverDns'],
  ['probe-region', 'probeRegion'],
  ['audit-gateway', 'auditGateway'],
];

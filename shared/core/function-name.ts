/** Functions, by the folders of functions/. */
export const FUNCTIONS = [
  'scale-gateway',
  'attach-clb',
  'failover-dns',
  'receive-alarm',
  'probe-region',
  'audit-gateway',
] as const;
export type FunctionName = (typeof FUNCTIONS)[number];

/** The functions that people may send commands to: receive-alarm only passes alarms on. */
export type CommandedFunction = Exclude<FunctionName, 'receive-alarm'>;

const isCommanded = (name: FunctionName): name is CommandedFunction => name !== 'receive-alarm';
export const COMMANDED: readonly CommandedFunction[] = FUNCTIONS.filter(isCommanded);

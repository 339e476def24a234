export { callbackOf } from './callback';
export {
  ApplyCommand,
  AuditCommand,
  CheckCommand,
  type Command,
  DrainCommand,
  FreezeCommand,
  isDryRun,
  LookCommand,
  overrideEnd,
  PinCommand,
  ProbeCommand,
  ResumeCommand,
  ScaleCommand,
  UnfreezeCommand,
  UninstallCommand,
} from './command';
export { COMMANDS, commandHelp } from './command-table';
export { decodeEvent } from './decode';
export { LARGEST_BYTES } from './payload';
export type {
  AlarmSource,
  AlarmState,
  AlarmTrigger,
  HttpOrigin,
  MessageOrigin,
  TimerTrigger,
  Trigger,
} from './trigger';

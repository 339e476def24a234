export {
  Command,
  FreezeCommand,
  LookCommand,
  overrideEnd,
  ResumeCommand,
  ScaleCommand,
  UnfreezeCommand,
} from './command';
export { commandHelp } from './command-table';
export { decodeEvent } from './decode';
export type { AlarmState, AlarmTrigger, HttpOrigin, TimerTrigger, Trigger } from './trigger';

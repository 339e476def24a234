import type { Instant } from '../core/time';
import type { Command } from './command';

/** Why a function was invoked. Only a command asks for something; everything else is a reason to look. */
export type Trigger = TimerTrigger | AlarmTrigger | CommandTrigger | InvalidCommandTrigger | UnknownTrigger;

export interface TimerTrigger {
  readonly kind: 'timer';
  /** Absent when the time cannot be read. Whether it is the planned or the actual time is not documented. */
  readonly firedAt?: Instant | undefined;
  readonly name: string;
  /** The text of the trigger's configuration. */
  readonly payload?: string | undefined;
}

export type AlarmState = 'alert' | 'ok' | 'insufficient-data' | 'unknown';

/**
 * An alarm of CloudMonitor. Anybody may have forged it, so its fields are for the report alone: what is done follows from
 * a fresh look. All texts are cut and cleaned for display.
 */
export interface AlarmTrigger {
  readonly kind: 'alarm';
  /** How it came; `callback` is the webhook of a threshold rule. */
  readonly source: 'callback';
  /** The rule's name, or its id when it came without a name. */
  readonly rule: string;
  readonly ruleId?: string | undefined;
  readonly state: AlarmState;
  readonly at?: Instant | undefined;
  /** The metric's id where the alarm has it; else its name in the language of the console. */
  readonly metric?: string | undefined;
  /** Callbacks say `acs_slb` where the API says `acs_slb_dashboard`. */
  readonly namespace?: string | undefined;
  readonly instanceId?: string | undefined;
  readonly instanceName?: string | undefined;
  readonly region?: string | undefined;
  readonly accountId?: string | undefined;
  /** In the unit of the metric. */
  readonly value?: number | undefined;
  readonly level?: string | undefined;
  readonly expression?: string | undefined;
  readonly http?: HttpOrigin | undefined;
}

export interface CommandTrigger {
  readonly kind: 'command';
  readonly command: Command;
}

/** Somebody meant a command and wrote it wrong. Nothing may be done. */
export interface InvalidCommandTrigger {
  readonly kind: 'invalid-command';
  /** One sentence each; all of them, up to a bound. */
  readonly problems: readonly string[];
}

export interface UnknownTrigger {
  readonly kind: 'unknown';
  readonly why: string;
  readonly http?: HttpOrigin | undefined;
}

/** Where an HTTP event came from, for the function that authenticates it. The path may hold a secret: never log it. */
export interface HttpOrigin {
  readonly sourceIp?: string | undefined;
  readonly method?: string | undefined;
  /** Percent-decoded, without the query. */
  readonly path?: string | undefined;
}

/** Knows one form of event by its structure. The value is what JSON can hold; text that is not JSON comes as a string. */
export type Recogniser = (value: unknown) => Trigger | undefined;

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

/** The form that an alarm is written in, whichever way it came. */
export type AlarmSource =
  /** The webhook of a threshold rule. */
  | 'callback'
  /** What a threshold rule sends to its targets. */
  | 'rule-target'
  /** An event of a product, by an event rule. */
  | 'system-event'
  /** The push channel of an event subscription. */
  | 'subscription'
  /** An event of EventBridge with none of the other forms inside. */
  | 'cloud-event'
  /** The webhook of ARMS or of an Alertmanager. */
  | 'alertmanager'
  /** The webhook or function action of CloudMonitor 2.0. */
  | 'cloudmonitor-2';

/**
 * An alarm of CloudMonitor or its relatives. Anybody may have forged it, so its fields are for the report, for choosing who
 * looks and for leaving out duplicates: what is done follows from a fresh look. All texts are cut and cleaned for display.
 */
export interface AlarmTrigger {
  readonly kind: 'alarm';
  readonly source: AlarmSource;
  /** The rule's name, or its id when it came without a name; the event's name where no rule is told. */
  readonly rule: string;
  readonly ruleId?: string | undefined;
  /** The name of a system event, or the type of a CloudEvent. */
  readonly event?: string | undefined;
  readonly state: AlarmState;
  readonly at?: Instant | undefined;
  /** The metric's id where the alarm has it; else its name in the language of the console. */
  readonly metric?: string | undefined;
  /** Callbacks say `acs_slb` where the API says `acs_slb_dashboard`; events have their product (`ECS`) or source (`acs.ecs`). */
  readonly namespace?: string | undefined;
  /** The resource, which need not be an instance. */
  readonly instanceId?: string | undefined;
  readonly instanceName?: string | undefined;
  readonly region?: string | undefined;
  readonly accountId?: string | undefined;
  /** In the unit of the metric. */
  readonly value?: number | undefined;
  readonly level?: string | undefined;
  readonly expression?: string | undefined;
  /** How many alarms came together, where there are several; only one of them is told. */
  readonly count?: number | undefined;
  /**
   * The same for what is sent again, another for each change of each alarm. Absent where no key is safe: such an alarm is
   * taken as new.
   */
  readonly dedupId?: string | undefined;
  readonly message?: MessageOrigin | undefined;
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
  /** It was not read, so that its form is not what is wrong with it. */
  readonly isTooLarge?: true;
  readonly http?: HttpOrigin | undefined;
}

/** Where an HTTP event came from, for the function that authenticates it. The path may hold a secret: never log it. */
export interface HttpOrigin {
  readonly sourceIp?: string | undefined;
  readonly method?: string | undefined;
  /** Percent-decoded, without the query. */
  readonly path?: string | undefined;
}

/** The message of an MNS topic that an alarm was in. */
export interface MessageOrigin {
  readonly topic: string;
  readonly id?: string | undefined;
  readonly publishedAt?: Instant | undefined;
}

/** Knows one form of event by its structure. The value is what JSON can hold; text that is not JSON comes as a string. */
export type Recogniser = (value: unknown) => Trigger | undefined;

import type { z } from 'zod';
import {
  type Command,
  FreezeCommand,
  HoldCommand,
  LookCommand,
  ProtectCommand,
  ResumeCommand,
  ScaleCommand,
  UnfreezeCommand,
} from './command';

interface CommandRow {
  readonly schema: z.ZodObject;
  /** What it does, as the help says it. */
  readonly does: string;
  /** An event that can be pasted. */
  readonly sample: z.input<typeof Command>;
}

/** Every command, in the order of the help. */
export const COMMANDS: Readonly<Record<Command['action'], CommandRow>> = {
  look: {
    schema: LookCommand,
    does: 'looks, decides and reports as a timer would; with dryRun nothing is written. gateway names one, else all.',
    sample: { action: 'look', gateway: 'ingressgateway', dryRun: true },
  },
  scale: {
    schema: ScaleCommand,
    does: 'pins the replicas of a gateway for at most 72h, instead of for also until, a time with an offset. With dryRun nothing is written.',
    sample: {
      action: 'scale',
      gateway: 'ingressgateway',
      replicas: 12,
      owner: 'li.wei',
      reason: 'flash sale',
      for: '2h',
    },
  },
  hold: {
    schema: HoldCommand,
    does: 'stops changes of a gateway for at most 72h: all of them, or with direction "in" or "out" only scale-in or scale-out.',
    sample: {
      action: 'hold',
      gateway: 'ingressgateway',
      direction: 'in',
      owner: 'li.wei',
      reason: 'a long download is running',
      for: '4h',
    },
  },
  protect: {
    schema: ProtectCommand,
    does: 'keeps a gateway at floor replicas or more and never scales it in, for at most 72h: for one that takes the load of another region.',
    sample: {
      action: 'protect',
      gateway: 'ingressgateway',
      floor: 20,
      owner: 'li.wei',
      reason: 'cn-shanghai is drained',
      for: '3h',
    },
  },
  resume: {
    schema: ResumeCommand,
    does: 'ends the pin, the hold and the protection of a gateway early.',
    sample: { action: 'resume', gateway: 'ingressgateway', owner: 'li.wei', reason: 'the sale is over' },
  },
  freeze: {
    schema: FreezeCommand,
    does: 'stops every write in the cluster until it is unfrozen, or for a while (for, until).',
    sample: { action: 'freeze', owner: 'li.wei', reason: 'the cluster is being upgraded', for: '4h' },
  },
  unfreeze: {
    schema: UnfreezeCommand,
    does: 'allows writes again.',
    sample: { action: 'unfreeze', owner: 'li.wei', reason: 'the upgrade is done' },
  },
};

/** What a handler answers, beside the reason, to an event that it cannot act on: one line each. */
export function commandHelp(): readonly string[] {
  const samples = Object.entries(COMMANDS).flatMap(([action, { does, sample }]) => [
    `${action}: ${does}`,
    `  ${JSON.stringify(sample)}`,
  ]);
  return [
    'Nothing was looked at and nothing was changed.',
    'This function keeps the replicas of ingress gateways the right size. Timers and CloudMonitor alarms make it look;',
    'a person may paste one of these as the test event:',
    ...samples,
  ];
}

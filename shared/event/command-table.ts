import type { z } from 'zod';
import type { CommandedFunction } from '../core/function-name';
import {
  AdoptCommand,
  ApplyCommand,
  AttachCommand,
  AuditCommand,
  CheckCommand,
  DrainCommand,
  ExpectCommand,
  FreezeCommand,
  HoldCommand,
  LookCommand,
  PinCommand,
  PlanCommand,
  ProbeCommand,
  ProtectCommand,
  ReleaseCommand,
  ResumeCommand,
  ScaleCommand,
  UnfreezeCommand,
  UninstallCommand,
  type WrittenCommand,
} from './command';

/** Those that look when a timer or an alarm says so. */
const LOOKING: readonly CommandedFunction[] = ['scale-gateway', 'attach-clb', 'failover-dns'];
/** Those that keep the cluster's journal. */
const OF_CLUSTERS: readonly CommandedFunction[] = ['scale-gateway', 'attach-clb'];

interface CommandRow {
  readonly schema: z.ZodObject;
  /** The functions that carry it out; the others refuse it. */
  readonly by: readonly CommandedFunction[];
  /** What it does, as the help says it. */
  readonly does: string;
  /** An event that can be pasted. */
  readonly sample: z.input<typeof WrittenCommand>;
}

/** Every command, in the order of the help. */
export const COMMANDS: Readonly<Record<WrittenCommand['action'], CommandRow>> = {
  look: {
    schema: LookCommand,
    by: LOOKING,
    does: 'looks, decides and reports as a timer would; with dryRun nothing is written. gateway names one, else all.',
    sample: { action: 'look', gateway: 'ingressgateway', dryRun: true },
  },
  plan: {
    schema: PlanCommand,
    by: LOOKING,
    does: 'says what would be done and writes nothing: a look with dryRun.',
    sample: { action: 'plan', gateway: 'ingressgateway' },
  },
  apply: {
    schema: ApplyCommand,
    by: LOOKING,
    does: 'carries out a plan that was proposed (mode propose), by its digits, provided that it is still what would be done; name instead of gateway at failover-dns.',
    sample: {
      action: 'apply',
      gateway: 'ingressgateway',
      plan: '0123456789ab',
      owner: 'li.wei',
      reason: 'approved',
    },
  },
  scale: {
    schema: ScaleCommand,
    by: ['scale-gateway'],
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
    by: OF_CLUSTERS,
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
    by: ['scale-gateway'],
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
  attach: {
    schema: AttachCommand,
    by: ['attach-clb'],
    does: 'keeps at least so many extra CLBs in front of a gateway, for at most 72h: to be warm before a promotion.',
    sample: { action: 'attach', gateway: 'ingressgateway', extra: 1, owner: 'li.wei', reason: 'flash sale', for: '6h' },
  },
  release: {
    schema: ReleaseCommand,
    by: ['attach-clb'],
    does: 'keeps at most so many extra CLBs in front of a gateway, for at most 72h; those beyond are drained and released.',
    sample: {
      action: 'release',
      gateway: 'ingressgateway',
      extra: 0,
      owner: 'li.wei',
      reason: 'the sale is over',
      for: '6h',
    },
  },
  expect: {
    schema: ExpectCommand,
    by: ['attach-clb'],
    does: 'keeps as many extra CLBs in front of a gateway as so many times its present load need, for at most 72h: before clients of another region come.',
    sample: {
      action: 'expect',
      gateway: 'ingressgateway',
      times: 1.6,
      owner: 'li.wei',
      reason: 'cn-shanghai is drained',
      for: '1h',
    },
  },
  drain: {
    schema: DrainCommand,
    by: ['failover-dns'],
    does: 'leads nobody to a region any more, for the names of a gateway and at most 72h; the other regions are raised first.',
    sample: {
      action: 'drain',
      gateway: 'ingressgateway',
      region: 'cn-shanghai',
      owner: 'li.wei',
      reason: 'power works',
      for: '4h',
    },
  },
  pin: {
    schema: PinCommand,
    by: ['failover-dns'],
    does: 'leads clients to one region alone as long as it is healthy, for the names of a gateway and at most 72h.',
    sample: {
      action: 'pin',
      gateway: 'ingressgateway',
      region: 'cn-hangzhou',
      owner: 'li.wei',
      reason: 'release in cn-shanghai',
      for: '2h',
    },
  },
  adopt: {
    schema: AdoptCommand,
    by: ['failover-dns'],
    does: "takes over the records of a name that lead to the gateway's own CLBs, so that it may change them; dryRun shows what that would be.",
    sample: { action: 'adopt', name: 'www.example.com', owner: 'li.wei', reason: 'published from here', dryRun: true },
  },
  resume: {
    schema: ResumeCommand,
    by: LOOKING,
    does: 'ends the pin, the hold, the protection and the number of extra CLBs of a gateway early; at failover-dns its drains and pins, and lets a region come back that went down too often.',
    sample: { action: 'resume', gateway: 'ingressgateway', owner: 'li.wei', reason: 'the sale is over' },
  },
  freeze: {
    schema: FreezeCommand,
    by: LOOKING,
    does: 'stops every write until it is unfrozen, or for a while (for, until): at failover-dns in all zones and clusters, and says what it could not reach; else in the cluster of the region.',
    sample: { action: 'freeze', owner: 'li.wei', reason: 'the cluster is being upgraded', for: '4h' },
  },
  unfreeze: {
    schema: UnfreezeCommand,
    by: LOOKING,
    does: 'allows writes again: at failover-dns everywhere, else in the cluster of the region.',
    sample: { action: 'unfreeze', owner: 'li.wei', reason: 'the upgrade is done' },
  },
  uninstall: {
    schema: UninstallCommand,
    by: LOOKING,
    does: 'takes back what is ours: the marks of records, which stay, and our TXT records at failover-dns; the minimum of autoscalers and the journal at scale-gateway. Only where the deployed configuration observes; with dryRun it is only said.',
    sample: { action: 'uninstall', owner: 'li.wei', reason: 'we go back to an HPA', dryRun: true },
  },
  probe: {
    schema: ProbeCommand,
    by: ['probe-region'],
    does: 'probes addresses of gateways from where the function runs, until one is no longer what known says or for at most 55s; without targets the control targets alone.',
    sample: {
      action: 'probe',
      targets: [{ gateway: 'ingressgateway', address: '203.0.113.7' }],
      known: { '203.0.113.7': 'up' },
      for: '50s',
    },
  },
  audit: {
    schema: AuditCommand,
    by: ['audit-gateway'],
    does: "judges gateways of its region by the vendor's practice, and prints how to mend what fails; format is json, text or markdown. With fix, owner and reason it applies those of the named checks whose fix is safe.",
    sample: { action: 'audit', gateway: 'ingressgateway', format: 'text' },
  },
  check: {
    schema: CheckCommand,
    by: [...LOOKING, 'probe-region', 'audit-gateway'],
    does: 'says what only the function itself can know: its rights, its network, its clock, its configuration and its environment. Nothing is written.',
    sample: { action: 'check' },
  },
};

/** What a handler answers, beside the reason, to an event that it cannot act on: one line each. */
export function commandHelp(): readonly string[] {
  const samples = Object.entries(COMMANDS).flatMap(([action, { by, does, sample }]) => [
    `${action} (${by.join(', ')}): ${does}`,
    `  ${JSON.stringify(sample)}`,
  ]);
  return [
    'Nothing was looked at and nothing was changed.',
    'Timers make a function look, and so do alarms: callbacks, rule targets, system events and event subscriptions of CloudMonitor, CloudMonitor 2.0, ARMS, EventBridge, over HTTP or in MNS messages, too.',
    'A person may paste one of these as its test event:',
    ...samples,
  ];
}

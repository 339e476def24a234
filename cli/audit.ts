import { createColors } from 'picocolors';
import { z } from 'zod';
import { nearest } from '../shared/config/suggest';
import { CHECKS } from '../shared/core/audit/checks';
import { auditMarkdown, auditText, type ShownAudit } from '../shared/core/audit/render';
import type { Asked } from './commands';
import type { Outcome } from './exit-code';
import { isOn, type Options, textOf } from './options';
import { type Paint, shown } from './paint';
import { ownerOf, reasonOf } from './person';
import { reachable } from './reachable';
import { ReportedFinding, shownFinding } from './reported-finding';
import { type Failure, type Result, WrongUsage } from './result';
import { gatewayOf, targetsOf } from './route';
import { isRefusal, type Reply, refusalOf, send } from './send';
import type { World } from './world';

/** What audit-gateway says of each gateway, its fixes alone, or what became of those that it was to make. */
export async function audit(asked: Asked, world: World): Promise<Result> {
  const { options, positionals } = asked;
  const checks = checksIn(positionals[0]);
  const { configuration, open } = reachable(asked, world);
  const named = textOf(options, 'gateway');
  const isApplied = isOn(options, 'yes');
  if (isApplied && !(isOn(options, 'fix') && checks.length > 0))
    throw new WrongUsage('--yes makes fixes: name the checks, and say --fix, too');
  const gateway = named === undefined && !isApplied ? {} : { gateway: gatewayOf(configuration, named) };
  const fix = isApplied ? { fix: [...checks], owner: ownerOf(options, world), reason: reasonOf(options) } : {};
  const event = { action: 'audit', ...gateway, ...fix } as const;
  const targets = targetsOf(event, configuration, textOf(options, 'region'));
  const reach = await open();
  const { answers, failures, notes } = await send(reach, configuration.functions, targets, event);
  const taken = answers.filter((reply) => !isRefusal(reply)).map(read);
  const audits = taken.flatMap((each) => each.audits).map((each) => onlyOf(each, checks));
  const made = taken.flatMap((each) => each.made);
  const unmade = made.filter(({ outcome }) => outcome === 'failed' || outcome === 'planned').map(failureOf);
  const failed = [...failures, ...taken.flatMap((each) => each.failures), ...unmade];
  const notAllowed = made.filter(({ outcome }) => outcome === 'refused').map(failureOf);
  const refused = [...answers.filter(isRefusal).map(refusalOf), ...notAllowed];
  const cameTo = isApplied ? comeToOf(made) : foundIn(audits);
  const paint = createColors(world.hasColour);
  return {
    outcome: failed.length > 0 ? 'failed' : refused.length > 0 ? 'refused' : cameTo,
    body: isApplied ? { audits, fixes: made } : { audits },
    lines: isApplied ? made.map((each) => madeLine(each, paint)) : linesOf(audits, options),
    errors: [...failed, ...refused],
    notes: [...reach.notes, ...notes],
  };
}

const KNOWN = CHECKS.map(({ id }) => id);

/** Throws WrongUsage. */
function checksIn(written: string | undefined): readonly string[] {
  const words = written?.split(',') ?? [];
  for (const word of words) {
    if (KNOWN.includes(word)) continue;
    const near = nearest(word, KNOWN);
    const meant = near === undefined ? '' : `; did you mean "${near}"?`;
    throw new WrongUsage(`there is no check "${word}"${meant}; there is: ${KNOWN.join(', ')}`);
  }
  return words;
}

function linesOf(audits: readonly ShownAudit[], options: Options): readonly string[] {
  if (isOn(options, 'fix')) return audits.flatMap(fixLines);
  return [isOn(options, 'markdown') ? auditMarkdown(audits) : auditText(audits)];
}

/** A script: what is no command is a comment. */
function fixLines({ findings, gateway, region }: ShownAudit): readonly string[] {
  const failing = findings.flatMap(({ fix, id }) => (fix === undefined ? [] : [{ fix, id }]));
  return failing.flatMap(({ fix, id }) => [
    `# ${region} ${gateway} ${id}: ${fix.text}`,
    ...fix.commands.map((command) => (/^(?:kubectl|echo|aliyun) /.test(command) ? command : `# ${command}`)),
  ]);
}

function onlyOf({ findings, ...audit }: ShownAudit, checks: readonly string[]): ShownAudit {
  return { ...audit, findings: findings.filter(({ id }) => checks.length === 0 || checks.includes(id)) };
}

const Made = z.object({
  region: z.string(),
  gateway: z.string(),
  id: z.string(),
  outcome: z.enum(['applied', 'planned', 'steady', 'refused', 'failed']),
  message: z.string(),
  undo: z.string().optional(),
});
type Made = z.infer<typeof Made>;

const Audited = z.object({
  gateways: z.array(
    z.object({ region: z.string(), gateway: z.string().transform(shown), findings: z.array(ReportedFinding) }),
  ),
  fixes: z.array(Made).default([]),
});

interface Read {
  readonly audits: readonly ShownAudit[];
  readonly made: readonly Made[];
  readonly failures: readonly Failure[];
}

function read({ answer, function: name, region }: Reply): Read {
  const audited = Audited.safeParse(answer);
  if (audited.success) {
    const { fixes, gateways } = audited.data;
    return {
      audits: gateways.map(({ findings, ...each }) => ({ ...each, findings: findings.map(shownFinding) })),
      made: fixes,
      failures: [],
    };
  }
  const [issue] = audited.error.issues;
  const message = `its answer cannot be read (${issue?.path.join('.')}); is it of another version?`;
  return { audits: [], made: [], failures: [{ function: name, region, message }] };
}

function foundIn(audits: readonly ShownAudit[]): Outcome {
  const isFailing = audits.some(({ findings }) => findings.some(({ outcome }) => outcome === 'fail'));
  return isFailing ? 'changes' : 'done';
}

/** Of fixes none of which failed or was refused. */
function comeToOf(made: readonly Made[]): Outcome {
  return made.every(({ outcome }) => outcome === 'steady') ? 'nothing-to-do' : 'done';
}

function failureOf({ gateway, id, message, region }: Made): Failure {
  return { function: 'audit-gateway', region, message: `${gateway} ${id}: ${message}` };
}

function madeLine({ gateway, id, message, outcome, region, undo }: Made, paint: Paint): string {
  return `${wordOf(outcome, paint)}  ${region}  ${shown(gateway)}  ${id}  ${shown(message)}${undo === undefined ? '' : `; undo: ${shown(undo)}`}`;
}

/** What became of it, in as many letters as `steady` has. */
function wordOf(outcome: Made['outcome'], paint: Paint): string {
  switch (outcome) {
    case 'applied':
      return paint.green('done  ');
    case 'steady':
      return paint.green('steady');
    case 'planned':
    case 'refused':
    case 'failed':
      return paint.red(outcome.padEnd(6));
  }
}

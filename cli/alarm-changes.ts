import { alarmPlan, OLDER_SHORTEST_SILENCE, type RuleChange } from '../deploy/alarm-plan';
import { TARGET_ID } from '../deploy/alarm-rules';
import { createMetricRules, type MetricRules } from '../shared/cloud/metric-rules';
import type { OpenApi } from '../shared/cloud/seams';
import type { MetricRule } from '../shared/core/metric-rule';
import { CloudError } from '../shared/errors';
import type { SeenRules } from './alarm-reading';
import type { Reach } from './world';

/** What became of one change. `NotVerified`: it was made, and the rule is not as it should be when it is read again. */
export interface ChangeOutcome {
  readonly change: RuleChange;
  readonly outcome: 'done' | 'failed' | 'NotVerified';
  readonly problem?: string;
}

/** Makes the changes one after the other, new rules first and deletions last, goes on past what fails, and reads all of it again. */
export async function carryOut(reach: Reach, seen: SeenRules): Promise<readonly ChangeOutcome[]> {
  return await reach.round(async ({ openApi }) => {
    const attempts: { readonly change: RuleChange; readonly error: CloudError | undefined }[] = [];
    for (const change of seen.plan.changes) attempts.push({ change, error: await attempt(openApi, change) });
    const read = await seen.again(openApi);
    const left = new Map(
      alarmPlan(seen.prefix, seen.implied.rules, read.seen).changes.map((change) => [idOf(change), change]),
    );
    return attempts.map(({ change, error }): ChangeOutcome => {
      const unread = read.failures.find(({ region }) => region === change.region)?.message;
      const still = left.get(idOf(change));
      // A write that was never answered may have been done.
      const isDone = error?.kind === 'unknown-outcome' && unread === undefined && still === undefined;
      if (error !== undefined && !isDone) return { change, outcome: 'failed', problem: failureText(change, error) };
      if (unread !== undefined) return { change, outcome: 'NotVerified', problem: unverified(change, unread) };
      if (still === undefined) return { change, outcome: 'done' };
      return { change, outcome: 'NotVerified', problem: unverified(change, leftText(still)) };
    });
  });
}

async function attempt(openApi: OpenApi, change: RuleChange): Promise<CloudError | undefined> {
  const rules = createMetricRules(openApi, change.region);
  try {
    await make(rules, change);
    return undefined;
  } catch (error) {
    if (!(error instanceof CloudError)) throw error;
    return error;
  }
}

/** A rule has its target right after it is there, and one that is there keeps it meanwhile. */
async function make(rules: MetricRules, change: RuleChange): Promise<void> {
  switch (change.kind) {
    case 'create':
      await put(rules, change.rule);
      await putTargets(rules, change.rule);
      return;
    case 'change': {
      const { fields, rule, seen } = change;
      await putTargets(rules, rule);
      if (fields.some(({ field }) => field !== 'target')) {
        await put(rules, rule);
        // Whether a rule that is put again keeps its targets is not documented.
        await putTargets(rules, rule);
      }
      if (rule.targets.length === 0 && seen.targets.some(({ id }) => id === TARGET_ID))
        await rules.removeTarget(rule.id, TARGET_ID);
      return;
    }
    case 'delete':
      await rules.remove(change.seen.id);
  }
}

async function putTargets(rules: MetricRules, { id, targets }: MetricRule): Promise<void> {
  for (const target of targets) await rules.putTarget(id, target);
}

/** The vendor's pages disagree about the shortest silence: where a short one is refused, the longer of the two is asked for. */
async function put(rules: MetricRules, rule: MetricRule): Promise<void> {
  try {
    await rules.put(rule);
  } catch (error) {
    const mayBeLonger = rule.silence < OLDER_SHORTEST_SILENCE;
    if (!(error instanceof CloudError) || error.kind !== 'rejected' || !mayBeLonger) throw error;
    try {
      await rules.put({ ...rule, silence: OLDER_SHORTEST_SILENCE });
    } catch (again) {
      throw again instanceof CloudError ? error : again;
    }
  }
}

function idOf(change: RuleChange): string {
  return change.kind === 'delete' ? change.seen.id : change.rule.id;
}

export function nameOf(change: RuleChange): string {
  return change.kind === 'delete' ? change.seen.name : change.rule.name;
}

/** What the vendor says of a rule may repeat what it was sent, the secret of a callback included: then only its code is shown. */
function failureText(change: RuleChange, error: CloudError): string {
  const { code, kind, message, operation, requestId } = error;
  const hasSecret = change.kind !== 'delete' && change.rule.webhook !== undefined;
  const request = requestId === undefined ? '' : `, request ${requestId}`;
  return `${nameOf(change)}: ${hasSecret ? `${operation}: ${code ?? kind}${request}` : message}`;
}

function unverified(change: RuleChange, why: string): string {
  return `${nameOf(change)}: NotVerified: ${why}; run the command again to see what is there`;
}

function leftText(still: RuleChange): string {
  switch (still.kind) {
    case 'create':
      return 'it is not there';
    case 'delete':
      return 'it is still there';
    case 'change':
      return still.fields
        .map(({ field, from, to }) => `${field} is ${from ?? 'none'} and not ${to ?? 'none'}`)
        .join('; ');
  }
}

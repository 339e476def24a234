import { createCustomMetrics } from '../cloud/custom-metrics';
import type { FieldsOf } from '../core/log-events';
import { CloudError, InvalidInput } from '../errors';
import { isDryRun, type Trigger } from '../event';
import { errorFields } from '../run/error-fields';
import { asksForCheck } from './check/answer';
import { metricsOf } from './look-metrics';
import { createTally } from './look-tally';
import { type Answer, type Handler, type Invocation, serve } from './serve';
import type { Connections, Surroundings } from './surroundings';

type Run<Reach extends Connections> = (invocation: Invocation<Reach>) => Promise<Answer>;

/**
 * A handler whose looks end with one line `look` each and, where they are wanted, with custom metrics.
 *
 * @param check what answers the command `check`, which is no look and writes nothing, metrics included
 */
export function serveLooks<Reach extends Connections>(
  name: string,
  surroundings: Surroundings<Reach>,
  run: Run<Reach>,
  check: Run<Reach>,
): Handler {
  return serve(name, surroundings, (invocation) =>
    asksForCheck(invocation.trigger) ? check(invocation) : looked(name, invocation, run),
  );
}

async function looked<Reach extends Connections>(
  name: string,
  invocation: Invocation<Reach>,
  run: Run<Reach>,
): Promise<Answer> {
  const { context, log, surroundings, trigger } = invocation;
  const startedAt = surroundings.clock.now();
  const tally = createTally(log);
  const ran = await settled(run({ ...invocation, log: tally.log }));
  const outcome = ran.ok ? outcomeOf(ran.answer, trigger) : ran.outcome;
  const counts = tally.counts();
  const look = {
    ...about(trigger),
    outcome,
    tookMs: surroundings.clock.now() - startedAt,
    ...counts,
    errors: counts.errors + (outcome === 'failed' ? 1 : 0),
    ...(ran.ok ? { message: ran.answer.message } : {}),
  };
  const values = metricsOf({ function: name, region: context.region }, look);
  const telling = wantsMetrics(surroundings) && !isDry(trigger) ? await tell(invocation, values) : {};
  logLook(invocation, look);
  if (!ran.ok) throw ran.error;
  return { ...ran.answer, ...telling };
}

type Ran =
  | { readonly ok: true; readonly answer: Answer }
  | { readonly ok: false; readonly error: unknown; readonly outcome: 'refused' | 'failed' };

async function settled(running: Promise<Answer>): Promise<Ran> {
  try {
    return { ok: true, answer: await running };
  } catch (error) {
    return { ok: false, error, outcome: error instanceof InvalidInput ? 'refused' : 'failed' };
  }
}

function outcomeOf({ outcome, retry }: Answer, { kind }: Trigger): string {
  if (retry === true && kind !== 'command') return 'retry';
  return typeof outcome === 'string' ? outcome : 'done';
}

function about(trigger: Trigger) {
  if (trigger.kind !== 'command') return { trigger: trigger.kind };
  return { trigger: trigger.kind, action: trigger.command.action, dryRun: isDry(trigger) };
}

function isDry(trigger: Trigger): boolean {
  return trigger.kind === 'command' && isDryRun(trigger.command);
}

function logLook({ log }: Invocation, look: FieldsOf<'look'> & { readonly outcome: string }): void {
  const { outcome } = look;
  if (outcome === 'failed') log.error('look', look);
  else if (outcome === 'retry' || outcome === 'refused') log.warn('look', look);
  else log.info('look', look);
}

/** A configuration that cannot be used wants none: its heartbeat is missed. */
function wantsMetrics({ configuration }: Surroundings): boolean {
  try {
    return configuration().cloudMonitor.customMetrics === 'on';
  } catch (error) {
    if (!(error instanceof InvalidInput)) throw error;
    return false;
  }
}

/** Whatever becomes of it, the look has been made. */
async function tell(
  { connections, context, log, surroundings }: Invocation,
  values: ReturnType<typeof metricsOf>,
): Promise<{ readonly metricsProblem?: string }> {
  try {
    await createCustomMetrics(connections.openApi, context.region).put(values, surroundings.clock.now());
    return {};
  } catch (error) {
    if (!(error instanceof CloudError)) throw error;
    log.warn('metrics-not-sent', errorFields(error));
    return { metricsProblem: error.message };
  }
}

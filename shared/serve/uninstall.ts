import type { Configuration } from '../config/load';
import { maintenanceAt } from '../config/maintenance';
import { maintenanceText } from '../core/standing';
import type { Instant } from '../core/time';
import { inOrder, toBeSet } from '../core/uninstall/writing';
import { counted } from '../core/words';
import { CloudError } from '../errors';
import type { UninstallCommand } from '../event';
import { type PlaceSeen, uninstall } from '../run/uninstall';
import type { Answer, Invocation } from './serve';

/**
 * Takes back what a function has left in the account, as a person asks, and only where the configuration that it is deployed with lets
 * nothing be written any more. The rights are those that it has for its work; a role that is rendered for observing alone lacks them.
 */
export async function uninstalled(
  { log, surroundings }: Invocation,
  configuration: Configuration,
  command: UninstallCommand,
  see: () => Promise<readonly PlaceSeen[]>,
): Promise<Answer> {
  const { action, dryRun = false, owner, reason } = command;
  const settings = toBeSet(configuration);
  const waits = maintained(configuration, surroundings.clock.now());
  log.info('command', { action, owner, reason, dryRun });
  const places = async (): Promise<readonly PlaceSeen[]> => [
    ...(await see()),
    { place: 'configuration', refusals: [...waits, ...settings], works: [], left: [] },
  ];
  try {
    const { done, left, problem, refusals, would } = await uninstall(log, places, { dryRun });
    const told = { dryRun, uninstall: { would, done, left } };
    if (refusals.length > 0) {
      const message = `Nothing was taken back: ${counted(refusals.length, 'thing')} must be done first.`;
      const blockers = refusals.filter((refusal) => !settings.includes(refusal));
      const problems = inOrder(blockers, settings);
      return { outcome: 'refused', message, problems, dryRun, uninstall: { would, done, left, blockers, settings } };
    }
    if (problem !== undefined) {
      const message = `${counted(done.length, 'thing')} taken back, then it stopped; say it again to go on.`;
      return { outcome: 'partly', message, problems: [problem], ...told };
    }
    return { message: outcomeOf(dryRun, would.length), ...told };
  } catch (error) {
    if (!(error instanceof CloudError)) throw error;
    log.error('command-failed', { action, kind: error.kind, error: error.message });
    return { outcome: 'refused', message: `It is not known what is left: ${error.message}`, dryRun };
  }
}

function outcomeOf(dryRun: boolean, count: number): string {
  if (count === 0) return 'Nothing of ours is left here.';
  return `${counted(count, 'thing')} ${dryRun ? 'would be' : count === 1 ? 'was' : 'were'} taken back.`;
}

function maintained({ maintenance }: Configuration, at: Instant): readonly string[] {
  const on = maintenanceAt(maintenance, at);
  return on === undefined ? [] : [maintenanceText(on)];
}

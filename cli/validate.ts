import { checkConfiguration, problemText } from '../shared/config/load';
import { counted } from '../shared/core/words';
import type { Asked } from './commands';
import { configurationFile, readText } from './configuration';
import { textOf } from './options';
import { type Result, WrongUsage } from './result';
import type { World } from './world';

/** Lists everything that is wrong with a configuration, and what is only odd. */
export async function validate({ options, positionals: [named] }: Asked, world: World): Promise<Result> {
  if (named !== undefined && textOf(options, 'config') !== undefined) {
    throw new WrongUsage('the file is named twice, by itself and by --config');
  }
  const file = named ?? configurationFile(options, world);
  const { configuration, problems, warnings } = checkConfiguration(readText(file, world), file, world.now());
  const verdict =
    configuration === undefined
      ? `${file} cannot be used: ${counted(problems.length, 'problem')}`
      : `${file} can be used: ${contents(configuration)}`;
  return {
    outcome: configuration === undefined ? 'failed' : 'done',
    body: { file, problems, warnings },
    lines: [...problems.map(problemText), ...warnings.map((warning) => `${problemText(warning)} (a warning)`), verdict],
    errors: [],
    notes: [],
  };
}

function contents(configuration: NonNullable<ReturnType<typeof checkConfiguration>['configuration']>): string {
  const { gateways, names, policies, regions } = configuration;
  return [
    counted(Object.keys(regions).length, 'region'),
    counted(Object.keys(gateways).length, 'gateway'),
    counted(Object.keys(policies).length, 'policy', 'policies'),
    counted(Object.keys(names).length, 'name'),
  ].join(', ');
}

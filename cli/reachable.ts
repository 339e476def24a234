import type { Configuration } from '../shared/config/load';
import type { Asked } from './commands';
import { readConfiguration } from './configuration';
import { isOn } from './options';
import { WrongUsage } from './result';
import { saidToWait } from './waiting';
import type { Reach, Wanted, World } from './world';

/** What every command that asks functions begins with. Throws InvalidInput and WrongUsage. */
export function reachable(
  { options }: Asked,
  world: World,
  wanted: Pick<Wanted, 'isAsWritten'> = {},
): { readonly configuration: Configuration; readonly open: () => Promise<Reach> } {
  const isEmulated = isOn(options, 'emulated');
  const isFresh = isOn(options, 'fresh');
  if (isFresh && !isEmulated) throw new WrongUsage('--fresh is about the emulated cloud; say --emulated, too');
  const configuration = readConfiguration(options, world);
  const open = async (): Promise<Reach> => {
    const reach = await world.open({ configuration, isEmulated, isFresh, ...wanted });
    return isOn(options, 'json') ? reach : saidToWait(reach, world);
  };
  return { configuration, open };
}

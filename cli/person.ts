import { type Options, textOf } from './options';
import { WrongUsage } from './result';
import type { World } from './world';

/** Who asks. Throws WrongUsage where the operating system does not know it. */
export function ownerOf(options: Options, { user }: Pick<World, 'user'>): string {
  const owner = textOf(options, 'owner') ?? user();
  if (owner === undefined) throw new WrongUsage('--owner is needed: this system does not know who you are');
  return owner;
}

/** Throws WrongUsage. */
export function reasonOf(options: Options): string {
  const reason = textOf(options, 'reason');
  if (reason === undefined) throw new WrongUsage('--reason is needed: whoever comes after you wants to know');
  return reason;
}

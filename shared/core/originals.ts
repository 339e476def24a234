/** What fields held before our first write. Pure. */
import type { Original, ScaleTarget } from './gateway';

/**
 * With what is about to be written to a field. What is there and not of our writing was put there by somebody since, and is what
 * is to be given back from then on.
 */
export function remembered(originals: readonly Original[], target: ScaleTarget, to: number): readonly Original[] {
  const { absent, current, field, kind, name, namespace } = target;
  if (kind === 'Deployment') return originals;
  const before = originals.find((original) => isOf(original, target));
  const isOurs = before?.ours.includes(current) === true && absent === undefined;
  const there = absent === undefined ? current : undefined;
  // The write may never be made, so that what is there now stays known as ours, too.
  const ours = isOurs ? [...new Set([current, to])] : [to];
  const others = originals.filter((original) => original !== before);
  return [...others, { kind, namespace, name, field, value: isOurs ? before.value : there, ours }];
}

function isOf({ field, kind, name, namespace }: Original, target: ScaleTarget): boolean {
  return (
    kind === target.kind &&
    namespace === target.namespace &&
    name === target.name &&
    field.join('.') === target.field.join('.')
  );
}

import { z } from 'zod';
import { ApiRefusal, invalidParameter } from '../operation';
import { text } from '../parameters';

/** Tags by key: `Tag.1.Key`, `Tag.1.Value` and so on. */
export type Tags = ReadonlyMap<string, string>;

const MOST_TAGS = 20;
const RESERVED = /^(aliyun|acs:)|https?:\/\//;

export const Region = { RegionId: text() };
/** Operations on one instance look in Hangzhou when they are not told a region, where the product began. */
export const OneInstance = { RegionId: text().default('cn-hangzhou'), LoadBalancerId: text() };

export const onOff = () => z.enum(['on', 'off']);

/** The values of `name.1`, `name.2` and so on, in that order. */
export function listIn(parameters: Readonly<Record<string, unknown>>, name: string): readonly string[] {
  const values: string[] = [];
  for (let n = 1; typeof parameters[`${name}.${n}`] === 'string'; n += 1)
    values.push(String(parameters[`${name}.${n}`]));
  return values;
}

/** Tags that an instance is to have. Throws ApiRefusal for those that none may have, and for more than 20. */
export function newTags(parameters: Readonly<Record<string, unknown>>): Tags {
  const tags = tagFilter(parameters).map(([key, value = '']) => [key, value] as const);
  if (tags.length > MOST_TAGS) throw tooManyTags();
  for (const [key, value] of tags) {
    if (key === '' || key.length > 64 || RESERVED.test(key)) throw invalidParameter('Tag.Key', `It is "${key}".`);
    if (value.length > 128 || RESERVED.test(value)) throw invalidParameter('Tag.Value', `It is "${value}".`);
  }
  return new Map(tags);
}

/** Tags that are asked for; without a value, any. */
export function tagFilter(
  parameters: Readonly<Record<string, unknown>>,
): readonly (readonly [key: string, value: string | undefined])[] {
  const tags: (readonly [string, string | undefined])[] = [];
  for (let n = 1; ; n += 1) {
    const key = parameters[`Tag.${n}.Key`];
    const value = parameters[`Tag.${n}.Value`];
    if (typeof key !== 'string') return tags;
    tags.push([key, typeof value === 'string' ? value : undefined]);
  }
}

/** One of several is enough: the cloud controller found the filter to mean OR (its source, loadbalancer.go Find). */
export function hasOneOf(tags: Tags, wanted: ReturnType<typeof tagFilter>): boolean {
  return wanted.some(([key, value]) => (value === undefined ? tags.has(key) : tags.get(key) === value));
}

export function withTags(old: Tags, added: Tags): Tags {
  const tags = new Map([...old, ...added]);
  if (tags.size > MOST_TAGS) throw tooManyTags();
  return tags;
}

function tooManyTags(): ApiRefusal {
  return new ApiRefusal(400, 'QuotaExceeded.TagsPerResource', `A resource has at most ${MOST_TAGS} tags.`);
}

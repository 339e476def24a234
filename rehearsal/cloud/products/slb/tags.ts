import { z } from 'zod';
import type { Fleet } from '../../load-balancers/fleet';
import type { LoadBalancer } from '../../load-balancers/instance';
import { invalidParameter, missingParameter, type Operation, operation } from '../operation';
import { flag } from '../parameters';
import { changed, SDK } from './instances';
import { hasOneOf, listIn, newTags, Region, tagFilter, withTags } from './parameters';

const Resources = { ...Region, ResourceType: z.enum(['instance']) };
const MOST_RESOURCES = 20;
const PAGE = 50;

export function tagOperations(fleet: Fleet): Readonly<Record<string, Operation>> {
  /** All or none: an id that is not there leaves the others as they are. */
  function named(region: string, parameters: Readonly<Record<string, unknown>>): readonly LoadBalancer[] {
    const ids = listIn(parameters, 'ResourceId');
    if (ids.length === 0) throw missingParameter('ResourceId');
    if (ids.length > MOST_RESOURCES) throw invalidParameter('ResourceId', `At most ${MOST_RESOURCES} resources.`);
    return ids.map((id) => fleet.get(region, id));
  }

  return {
    TagResources: operation({
      what: 'Sets tags of up to 20 instances, at most 20 on each; what they had of the same keys is replaced.',
      basis: SDK,
      parameters: z.looseObject(Resources),
      handle: (parameters) => {
        const { RegionId } = parameters;
        const tags = newTags(parameters);
        if (tags.size === 0) throw missingParameter('Tag');
        const changes = named(RegionId, parameters).map((clb) => ({ id: clb.id, tags: withTags(clb.tags, tags) }));
        for (const change of changes) changed(fleet, RegionId, change.id, { tags: change.tags });
        return {};
      },
    }),
    UntagResources: operation({
      what: 'Removes tags by key, or all.',
      basis: SDK,
      parameters: z.looseObject({ ...Resources, All: flag().default(false) }),
      handle: (parameters) => {
        const keys = listIn(parameters, 'TagKey');
        if (keys.length === 0 && !parameters.All) throw missingParameter('TagKey');
        const goes = (key: string): boolean => keys.length === 0 || keys.includes(key);
        for (const { id, tags } of named(parameters.RegionId, parameters)) {
          changed(fleet, parameters.RegionId, id, { tags: new Map([...tags].filter(([key]) => !goes(key))) });
        }
        return {};
      },
    }),
    ListTagResources: operation({
      what: 'Tags of instances, by id or by tag, in pages of 50.',
      basis: SDK,
      parameters: z.looseObject({ ...Resources, NextToken: z.string().regex(/^\d*$/).default('') }),
      handle: (parameters) => {
        const ids = listIn(parameters, 'ResourceId');
        const wanted = tagFilter(parameters);
        const all = fleet
          .listed(parameters.RegionId)
          .filter(
            ({ id, tags }) => (ids.length === 0 || ids.includes(id)) && (wanted.length === 0 || hasOneOf(tags, wanted)),
          )
          .flatMap(({ id, tags }) =>
            [...tags].map(([TagKey, TagValue]) => ({ ResourceId: id, ResourceType: 'instance', TagKey, TagValue })),
          );
        const start = Number(parameters.NextToken);
        const end = start + PAGE;
        return {
          TagResources: { TagResource: all.slice(start, end) },
          ...(end < all.length ? { NextToken: String(end) } : {}),
        };
      },
    }),
  };
}

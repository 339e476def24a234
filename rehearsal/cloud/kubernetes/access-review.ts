import { z } from 'zod';
import { isAllowed, type Rights } from './rights';
import { badRequest, invalid } from './status';

/** Where any user asks for its own rights; it is never stored. */
export const SELF_REVIEW = { group: 'authorization.k8s.io', plural: 'selfsubjectaccessreviews' } as const;

const Review = z.object({
  spec: z.object({
    resourceAttributes: z
      .object({
        verb: z.string().default(''),
        group: z.string().default(''),
        resource: z.string().default(''),
        subresource: z.string().optional(),
        namespace: z.string().optional(),
        name: z.string().optional(),
      })
      .optional(),
  }),
});

/** The object that was sent, with the verdict in its status. Refuses what asks for nothing, or for a path. */
export function reviewed(rights: Rights, body: unknown): object {
  const review = Review.safeParse(body);
  if (!review.success) throw badRequest('the review cannot be read');
  const asked = review.data.spec.resourceAttributes;
  if (asked === undefined) {
    const message = 'Invalid value: null: exactly one of nonResourceAttributes or resourceAttributes must be specified';
    // The real server leaves the kind out.
    throw invalid({ group: SELF_REVIEW.group, kind: '' }, '', [{ field: 'spec', cause: 'FieldValueInvalid', message }]);
  }
  const { group, name, namespace, resource, subresource, verb } = asked;
  const path = subresource === undefined || subresource === '' ? resource : `${resource}/${subresource}`;
  const allowed = isAllowed(rights, {
    verb,
    group,
    resource: path,
    namespace: namespace || undefined,
    name: name || undefined,
  });
  return {
    kind: 'SelfSubjectAccessReview',
    apiVersion: `${SELF_REVIEW.group}/v1`,
    metadata: {},
    spec: { resourceAttributes: asked },
    status: { allowed },
  };
}

import { z } from 'zod';
import type { KubeAccess } from './seams';

/** Where any user who is known to the server may ask what it may do itself (kubernetes.io, `system:basic-user`). */
export const ACCESS_REVIEWS = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews';

export const AccessReviewAnswer = z.object({ status: z.object({ allowed: z.boolean() }) });

export function accessReview({ group, name, namespace, resource: path, verb }: KubeAccess): object {
  const [resource = '', subresource] = path.split('/');
  const resourceAttributes = {
    verb,
    group,
    resource,
    ...(subresource === undefined ? {} : { subresource }),
    ...(namespace === undefined ? {} : { namespace }),
    ...(name === undefined ? {} : { name }),
  };
  return { apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectAccessReview', spec: { resourceAttributes } };
}

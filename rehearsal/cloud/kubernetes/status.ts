import type { ResourceKind } from '../../../shared/cloud/seams';

/** A refusal of the Kubernetes API, with what its `Status` object says (apimachinery `meta/v1` types.go). */
export class KubeRefusal extends Error {
  override readonly name = 'KubeRefusal';

  /**
   * @param reason machine-readable; absent where the real server gives none
   * @param details what the refusal is about
   */
  constructor(
    readonly status: number,
    readonly reason: string | undefined,
    message: string,
    readonly details?: object,
  ) {
    super(message);
  }
}

/** A path of no API group: the real server answers in plain text, so that there is no Status either. */
export class NotServed extends Error {
  override readonly name = 'NotServed';
}

/** What validation says about one field. */
export interface Problem {
  /** Path, for example `spec.replicas`. */
  readonly field: string;
  readonly cause:
    | 'FieldValueInvalid'
    | 'FieldValueNotSupported'
    | 'FieldValueRequired'
    | 'FieldValueForbidden'
    | 'FieldValueTooLong';
  /** As the server words it, value included. */
  readonly message: string;
}

/** A problem with the value of a field. */
export function wrong(field: string, value: unknown, why: string): Problem {
  return { field, cause: 'FieldValueInvalid', message: `Invalid value: ${JSON.stringify(value)}: ${why}` };
}

/** A value that is none of those that there are. */
export function unsupported(field: string, value: unknown, supported: readonly string[]): Problem {
  const choices = supported.map((choice) => JSON.stringify(choice)).join(', ');
  const message = `Unsupported value: ${JSON.stringify(value)}: supported values: ${choices}`;
  return { field, cause: 'FieldValueNotSupported', message };
}

/** The body that the API server sends with a refusal. */
export function statusObject({ message, reason, details, status }: KubeRefusal): object {
  return {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message,
    ...(reason === undefined ? {} : { reason }),
    ...(details === undefined ? {} : { details }),
    code: status,
  };
}

type Named = Pick<ResourceKind, 'group' | 'plural' | 'kind'>;

/** As messages call a kind: `deployments.apps`, and `configmaps` of the core group. */
export function qualified(name: string, group: string): string {
  return group === '' ? name : `${name}.${group}`;
}

export function detailsOf({ group, plural }: Pick<Named, 'group' | 'plural'>, name?: string): object {
  return { ...(name === undefined ? {} : { name }), ...(group === '' ? {} : { group }), kind: plural };
}

export function badRequest(message: string): KubeRefusal {
  return new KubeRefusal(400, 'BadRequest', message);
}

export function unauthorized(): KubeRefusal {
  return new KubeRefusal(401, 'Unauthorized', 'Unauthorized');
}

export function notFound(kind: Pick<Named, 'group' | 'plural'>, name: string): KubeRefusal {
  const message = `${qualified(kind.plural, kind.group)} "${name}" not found`;
  return new KubeRefusal(404, 'NotFound', message, detailsOf(kind, name));
}

/** A kind or subresource that a served API group does not have. */
export function noSuchResource(): KubeRefusal {
  return new KubeRefusal(404, 'NotFound', 'the server could not find the requested resource', {});
}

export function methodNotAllowed(): KubeRefusal {
  const message = 'the server does not allow this method on the requested resource';
  return new KubeRefusal(405, 'MethodNotAllowed', message, {});
}

export function staleVersion(kind: Named, name: string): KubeRefusal {
  return conflict(
    kind,
    name,
    'the object has been modified; please apply your changes to the latest version and try again',
  );
}

export function conflict(kind: Pick<Named, 'group' | 'plural'>, name: string, why: string): KubeRefusal {
  const what = qualified(kind.plural, kind.group);
  const message = `Operation cannot be fulfilled on ${what} "${name}": ${why}`;
  return new KubeRefusal(409, 'Conflict', message, detailsOf(kind, name));
}

export function alreadyExists(kind: Named, name: string, beingDeleted: boolean): KubeRefusal {
  const message = `${qualified(kind.plural, kind.group)} "${name}" already exists`;
  return new KubeRefusal(
    409,
    'AlreadyExists',
    beingDeleted ? `object is being deleted: ${message}` : message,
    detailsOf(kind, name),
  );
}

export function unsupportedMedia(message: string): KubeRefusal {
  return new KubeRefusal(415, 'UnsupportedMediaType', message);
}

/** What validation refuses. `kind` is the singular in capitals here, as in the details of the real server. */
export function invalid(kind: Pick<Named, 'group' | 'kind'>, name: string, problems: readonly Problem[]): KubeRefusal {
  const sentences = problems.map(({ field, message }) => `${field}: ${message}`);
  const said = sentences.length === 1 ? sentences[0] : `[${sentences.join(', ')}]`;
  return new KubeRefusal(422, 'Invalid', `${qualified(kind.kind, kind.group)} "${name}" is invalid: ${said}`, {
    ...(name === '' ? {} : { name }),
    ...(kind.group === '' ? {} : { group: kind.group }),
    ...(kind.kind === '' ? {} : { kind: kind.kind }),
    causes: problems.map(({ field, cause, message }) => ({ reason: cause, message, field })),
  });
}

/** A patch whose result is not of the kind's types. */
export function unfitPatch(result: unknown, why: string): KubeRefusal {
  return invalid({ group: '', kind: '' }, '', [wrong('patch', JSON.stringify(result), why)]);
}

/** A patch that cannot be applied to the object. */
export function unprocessable(message: string): KubeRefusal {
  return new KubeRefusal(422, 'Invalid', message, {});
}

/** What the real server does not expect of a client, and so has no reason for. */
export function internalError(message: string): KubeRefusal {
  return new KubeRefusal(500, undefined, message);
}

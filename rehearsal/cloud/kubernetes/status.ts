/** A refusal of the Kubernetes API, with what its `Status` object says (apimachinery `meta/v1` types.go). */
export class KubeRefusal extends Error {
  override readonly name = 'KubeRefusal';

  constructor(
    readonly status: number,
    readonly reason: string,
    message: string,
  ) {
    super(message);
  }
}

/** The body that the API server sends with a refusal. */
export function statusObject(refusal: KubeRefusal): object {
  return {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message: refusal.message,
    reason: refusal.reason,
    code: refusal.status,
  };
}

export function badRequest(message: string): KubeRefusal {
  return new KubeRefusal(400, 'BadRequest', message);
}

export function unauthorized(): KubeRefusal {
  return new KubeRefusal(401, 'Unauthorized', 'Unauthorized');
}

export function notFound(plural: string, name: string): KubeRefusal {
  return new KubeRefusal(404, 'NotFound', `${plural} "${name}" not found`);
}

export function notServed(): KubeRefusal {
  return new KubeRefusal(404, 'NotServed', 'the server could not find the requested resource');
}

export function methodNotAllowed(): KubeRefusal {
  return new KubeRefusal(405, 'MethodNotAllowed', 'the server does not allow this method on the requested resource');
}

export function staleVersion(plural: string, name: string): KubeRefusal {
  return new KubeRefusal(
    409,
    'Conflict',
    `Operation cannot be fulfilled on ${plural} "${name}": the object has been modified; please apply your changes to the latest version and try again`,
  );
}

export function alreadyExists(plural: string, name: string): KubeRefusal {
  return new KubeRefusal(409, 'AlreadyExists', `${plural} "${name}" already exists`);
}

export function unsupportedMedia(message: string): KubeRefusal {
  return new KubeRefusal(415, 'UnsupportedMediaType', message);
}

export function unprocessable(message: string): KubeRefusal {
  return new KubeRefusal(422, 'Invalid', message);
}

import { type Behaviour, coded, documented } from '../behaviour';

const CONCEPTS = documented('https://kubernetes.io/docs/reference/using-api/api-concepts/');
/** Seen on the API server that the contract tests run beside this one. */
const SEEN = coded('kubernetes/kubernetes 1.37.2 kube-apiserver, by the tests in test/contract');

export const KUBE_BEHAVIOURS: readonly Behaviour[] = [
  {
    part: 'Kubernetes API',
    what: 'get, list, create, patch, delete and the subresources scale and status of Deployments, HPAs (autoscaling/v2 and v1), Services, ConfigMaps, Events and IstioGateways; get, list and delete of Pods, get and list of Nodes; in the mesh Gateways, VirtualServices and DestinationRules.',
    basis: CONCEPTS,
  },
  {
    part: 'Kubernetes API',
    what: 'One resourceVersion for all kinds, counted up by every change that changes something; a stale one in a patch is 409 Conflict; none or "0" is no condition for built-in kinds and 422 for custom resources; what is no number is 500, and so is any in a new object.',
    basis: SEEN,
  },
  {
    part: 'Kubernetes API',
    what: 'dryRun=All admits and validates, and stores nothing; the answer has the generation that the write would give, and a new object no resourceVersion. Another value is 422.',
    basis: SEEN,
  },
  {
    part: 'Kubernetes API',
    what: 'limit and continue page through lists; a page shows the state of its own moment.',
    basis: CONCEPTS,
  },
  {
    part: 'Kubernetes API',
    what: 'Label selectors, set-based ones included; field selectors by name and namespace, phase and node of Pods, type and address of Services; other fields are 400.',
    basis: SEEN,
  },
  {
    part: 'Kubernetes API',
    what: 'Merge patches (RFC 7386) and JSON patches (RFC 6902); 415 for a strategic merge patch of a custom resource and for other content types; 400 for an object sent as a JSON patch.',
    basis: documented('https://kubernetes.io/docs/tasks/manage-kubernetes-objects/update-api-object-kubectl-patch/'),
  },
  {
    part: 'Kubernetes API',
    what: 'A wrong type is 400 in a new object of a built-in kind, and 422 in a patch and in custom resources; a value out of bounds and a changed uid are 422.',
    basis: SEEN,
  },
  {
    part: 'Kubernetes API',
    what: 'Fields that a built-in kind does not have are dropped; empty labels, annotations, finalizers and data, and counts of 0 in a status or a Scale, are left out.',
    basis: SEEN,
  },
  {
    part: 'Kubernetes API',
    what: 'Deleting an object that has finalizers marks it; it goes with its last finalizer, and takes no new one.',
    basis: SEEN,
  },
  {
    part: 'Kubernetes API',
    what: 'A token without the right is refused with 403, before it is known whether the kind, the namespace or the object exists.',
    basis: SEEN,
  },
  {
    part: 'Kubernetes API',
    what: 'A SelfSubjectAccessReview is answered to everybody with a token, with 201 and whether it may; without attributes of a resource it is 422.',
    basis: SEEN,
  },
  {
    part: 'Kubernetes API',
    what: 'Items of built-in kinds have no kind and apiVersion in lists.',
    basis: coded('kubernetes/kubernetes issue 3030'),
  },
];

/** What an API server does and this one does not. */
export const KUBE_NOT_IMITATED: readonly { readonly what: string; readonly why: string }[] = [
  {
    what: 'Strategic merge patches, PUT, watch, server-side apply, deletion of a whole collection, generated names, new Pods by request',
    why: 'nothing here uses them; they are refused',
  },
  {
    what: 'Defaults and validation of fields that nothing here reads, and unknown fields below them',
    why: 'the rules of every field are a part of Kubernetes as large as all of this; a write that only they refuse is admitted',
  },
  {
    what: 'managedFields, and the addresses and ports that a Service is given',
    why: 'nothing here reads them',
  },
  {
    what: 'ReplicaSets and Namespaces as objects, and every kind that is not named above',
    why: 'they are answered with 404; owners are names in Pods only',
  },
  {
    what: 'What autoscaling/v1 cannot say about an HPA, which the real server packs into annotations',
    why: 'nothing here reads them; a write through v1 keeps it',
  },
  {
    what: 'Words of refusals that quote Go types, and conversions of a list page to the state of the first',
    why: 'status, reason and details decide; a fleet that fits one page has no second one',
  },
  {
    what: 'Several Roles for one user',
    why: 'one Role in one namespace, and a ClusterRole, is what a deployment grants',
  },
];

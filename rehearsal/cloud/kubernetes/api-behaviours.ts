import { type Behaviour, coded, documented } from '../behaviour';

const CONCEPTS = documented('https://kubernetes.io/docs/reference/using-api/api-concepts/');

export const KUBE_BEHAVIOURS: readonly Behaviour[] = [
  {
    part: 'Kubernetes API',
    what: 'get, list, create, patch, delete and the subresources scale and status of Deployments, HPAs (autoscaling/v2), Services, ConfigMaps, Pods, Events and IstioGateways.',
    basis: CONCEPTS,
  },
  {
    part: 'Kubernetes API',
    what: 'One resourceVersion for all kinds, counted up by every change that changes something; a stale one in a patch is 409 Conflict.',
    basis: CONCEPTS,
  },
  { part: 'Kubernetes API', what: 'dryRun=All admits and validates, and stores nothing.', basis: CONCEPTS },
  {
    part: 'Kubernetes API',
    what: 'limit and continue page through lists; a page shows the state of its own moment.',
    basis: CONCEPTS,
  },
  {
    part: 'Kubernetes API',
    what: 'Merge patches (RFC 7386) and JSON patches (RFC 6902); 415 for a strategic merge patch of a custom resource and for other content types; 400 for an object sent as a JSON patch.',
    basis: documented('https://kubernetes.io/docs/tasks/manage-kubernetes-objects/update-api-object-kubectl-patch/'),
  },
  {
    part: 'Kubernetes API',
    what: 'A wrong type is 400 for built-in kinds and 422 for custom resources; a value out of bounds is 422.',
    basis: coded('kubernetes/kubernetes apiserver pkg/endpoints/handlers, apiextensions-apiserver'),
  },
  {
    part: 'Kubernetes API',
    what: 'Items of built-in kinds have no kind and apiVersion in lists.',
    basis: coded('kubernetes/kubernetes issue 3030'),
  },
];

/** What audit-gateway says of the mesh and of the cloud controller, which its role alone may ask about. Pure. */
import { byHand, printed } from '../audit/fixes';
import type { ControllerSeen } from '../audit/snapshot';
import { fail, NO_MESH, pass, unread } from '../audit/verdict';
import { MEMBERSHIP, type MeshMembership, membership } from './cluster';
import type { SelfCheck, Tried } from './self-check';

export interface ControllerSnapshot {
  /** `undefined` where no mesh is configured, both. */
  readonly membership: MeshMembership | undefined;
  readonly controller: Tried<ControllerSeen> | undefined;
}

export const CONTROLLER_CHECKS: readonly SelfCheck<ControllerSnapshot>[] = [
  { ...MEMBERSHIP, examine: (snapshot) => membership(snapshot.membership) },
  {
    id: 'ccm-drain',
    title: "The cluster's cloud controller can drain connections",
    severity: 'warning',
    why: 'Scale-in waits for the connections of removed pods; without draining they are cut.',
    source: {
      page: 'https://help.aliyun.com/en/asm/sidecar/use-graceful-shutdown-to-avoid-traffic-loss',
      date: '2026-11-22',
    },
    examine: ({ controller }) => {
      if (controller === undefined) return NO_MESH;
      if (!controller.ok) return unread(controller);
      const { drains, version } = controller.value;
      const fact = `cloud controller ${version}, ${drains ? 'which drains' : 'which cannot drain'}`;
      if (drains) return pass(fact);
      return fail(
        [fact],
        printed('Upgrade it.', byHand('upgrade cloud-controller-manager among the add-ons of the cluster')),
      );
    },
  },
];

import type { Fleet } from '../load-balancers/fleet';
import type { ProductModule } from './operation';
import { instanceOperations } from './slb/instances';
import { listenerOperations } from './slb/listeners';
import { tagOperations } from './slb/tags';

/** Server Load Balancer 2014-05-15: classic load balancers, their listeners and their tags. */
export function createServerLoadBalancer(fleet: Fleet): ProductModule {
  return {
    product: 'slb',
    version: '2014-05-15',
    errorFields: 'Code',
    // The parameter routes the call, whichever endpoint takes it; without it calls are for Hangzhou.
    regionOf: ({ RegionId }) => RegionId ?? 'cn-hangzhou',
    operations: { ...instanceOperations(fleet), ...tagOperations(fleet), ...listenerOperations(fleet) },
  };
}

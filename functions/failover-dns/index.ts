import { failoverDnsHandler } from '../../shared/serve/failover-dns';
import { functionCompute } from '../../shared/serve/surroundings';

export const handler = failoverDnsHandler(functionCompute(__dirname));

import { failoverDnsHandler } from '../../shared/serve/failover-dns';
import { internet } from '../../shared/serve/network';
import { functionCompute } from '../../shared/serve/surroundings';

export const handler = failoverDnsHandler(functionCompute(__dirname, internet));

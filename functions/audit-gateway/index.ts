import { auditGatewayHandler } from '../../shared/serve/audit-gateway';
import { functionCompute } from '../../shared/serve/surroundings';
import { probing } from '../../shared/serve/vantage-point';

export const handler = auditGatewayHandler(functionCompute(__dirname, probing));

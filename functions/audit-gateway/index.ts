import { auditGatewayHandler } from '../../shared/serve/audit-gateway';
import { functionCompute } from '../../shared/serve/surroundings';

export const handler = auditGatewayHandler(functionCompute(__dirname));

import { scaleGatewayHandler } from '../../shared/serve/scale-gateway';
import { functionCompute } from '../../shared/serve/surroundings';

export const handler = scaleGatewayHandler(functionCompute(__dirname, () => ({})));

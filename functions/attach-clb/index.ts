import { attachClbHandler } from '../../shared/serve/attach-clb';
import { functionCompute } from '../../shared/serve/surroundings';

export const handler = attachClbHandler(functionCompute(__dirname));

import { attachClbHandler } from '../../shared/serve/attach-clb';
import { internet } from '../../shared/serve/network';
import { functionCompute } from '../../shared/serve/surroundings';

export const handler = attachClbHandler(functionCompute(__dirname, internet));

import { probeRegionHandler } from '../../shared/serve/probe-region';
import { vantagePoint } from '../../shared/serve/vantage-point';

export const handler = probeRegionHandler(vantagePoint(__dirname));

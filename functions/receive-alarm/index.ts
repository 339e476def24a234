import { intake } from '../../shared/serve/intake';
import { receiveAlarmHandler } from '../../shared/serve/receive-alarm';

export const handler = receiveAlarmHandler(intake(__dirname));

import { connect } from 'node:net';
import { type Millis, SECOND } from '../core/time';
import type { Deadline, Dialler } from '../ports';
import { timeForCall } from './time-limit';

/** A handshake across the world takes a third of a second, a lost packet another second. */
const DIAL_LIMIT: Millis = 3 * SECOND;

/** Opens TCP connections. Whatever goes wrong is no answer; throws CloudError `deadline` when it is too late to dial. */
export function createTcpDialler(deadline: Deadline): Dialler {
  return {
    connects: async (address, port) => {
      const limit = timeForCall(deadline, DIAL_LIMIT, `tcp ${address}:${port}`);
      return await new Promise<boolean>((resolve) => {
        const socket = connect({ host: address, port });
        const end = (connected: boolean): void => {
          socket.destroy();
          resolve(connected);
        };
        socket.setTimeout(limit, () => end(false));
        socket.on('error', () => end(false));
        socket.on('connect', () => end(true));
      });
    },
  };
}

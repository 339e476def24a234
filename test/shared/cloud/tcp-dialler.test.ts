import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { createTcpDialler } from '../../../shared/cloud/tcp-dialler';

describe('the TCP dialler', () => {
  it('connects to what listens, and not to what does not', async () => {
    const server = createServer((socket) => socket.end());
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const dialler = createTcpDialler({ left: () => 2_000 });
    expect(await dialler.connects('127.0.0.1', port)).toBe(true);
    await new Promise((resolve) => server.close(resolve));
    expect(await dialler.connects('127.0.0.1', port)).toBe(false);
  });

  it('does not dial when it is too late', async () => {
    const dialler = createTcpDialler({ left: () => 0 });
    await expect(dialler.connects('127.0.0.1', 1)).rejects.toMatchObject({ kind: 'deadline' });
  });
});

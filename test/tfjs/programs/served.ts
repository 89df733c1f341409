import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Run `f` with the address of a server that has these files. */
export async function served<T>(
  files: Readonly<Record<string, string>>,
  f: (address: string) => Promise<T>,
): Promise<T> {
  const server = createServer(({ url }, response) => {
    const file = files[String(url).slice(1)];
    response.writeHead(file === undefined ? 404 : 200, { 'content-type': 'text/csv' }).end(file ?? 'no such file');
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  try {
    return await f(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  } finally {
    server.closeAllConnections();
    await new Promise((closed) => server.close(closed));
  }
}

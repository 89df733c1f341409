import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname } from 'node:path';

export interface SiteFile {
  readonly body: string | Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Site {
  /** Files by path, `/page.js`; a string is a file without headers of its own. */
  readonly files: Readonly<Record<string, string | Uint8Array | SiteFile>>;
  /** Headers of every response, such as those for cross-origin isolation. */
  readonly headers?: Readonly<Record<string, string>>;
  /** What a page posts, by path. */
  onPost(path: string, body: string): Promise<void> | void;
}

/** Without a charset, as the plainest servers answer. */
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.ts': 'text/javascript',
  '.png': 'image/png',
};

/** Serve files on the loopback interface, under a free port. */
export async function serve({ files, headers = {}, onPost }: Site): Promise<{ server: Server; port: number }> {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    const path = pathname === '/' ? '/index.html' : pathname;
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    if (request.method === 'POST') {
      let body = '';
      request.on('data', (part) => (body += part));
      request.on('end', () => void Promise.resolve(onPost(path, body)).then(() => response.end()));
      return;
    }
    if (!Object.hasOwn(files, path)) return void response.writeHead(404).end();
    const found = files[path];
    const file: SiteFile = typeof found === 'string' || found instanceof Uint8Array ? { body: found } : found;
    response.setHeader('content-type', TYPES[extname(path)] ?? 'application/octet-stream');
    for (const [name, value] of Object.entries(file.headers ?? {})) response.setHeader(name, value);
    response.end(file.body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, port: (server.address() as AddressInfo).port };
}

import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** Compare texts in a time that does not depend on where they differ. */
export const isSameText = (a: string, b: string): boolean => timingSafeEqual(digest(a), digest(b));

/** The names under which a browser on this machine reaches the server. */
const HOSTS = ['127.0.0.1', 'localhost', '[::1]'];

/**
 * Say why a request is refused; null where it is let in. Another site that a browser shows cannot know the token, nor
 * reach the page under a name of its own (DNS rebinding), nor post from its own pages.
 */
export function refusalOf(request: IncomingMessage, { port, token }: { port: number; token: string }): string | null {
  const { host, origin, authorization } = request.headers;
  const names = HOSTS.map((name) => `${name}:${port}`);
  if (!host || !names.includes(host)) return 'this name is not served';
  if (origin !== undefined && origin !== `http://${host}`) return 'another site asks';
  const given = authorization?.replace(/^Bearer /, '') ?? tokenIn(request);
  // What changes a run is asked for by scripts of the page alone: addresses lie in histories and logs.
  if (request.method === 'POST' && authorization === undefined) return 'the token is missing';
  return given !== null && isSameText(given, token) ? null : 'the token is missing or wrong';
}

/** The token in an address, `?token=…`. */
const tokenIn = ({ url = '/' }: IncomingMessage): string | null =>
  new URL(url, 'http://localhost').searchParams.get('token');

import { FormatError } from '../../base/errors.js';
import type { NamedBytes } from '../bytes/cursor.js';
import { joined } from '../bytes/joined.js';

/** Progress of a download. */
export interface Progress {
  /** Bytes of the current file so far. */
  readonly received: number;
  /** Total bytes; null if the server does not state them, or compresses the response. */
  readonly total: number | null;
}

/** Options of a download. */
export interface DownloadOptions {
  readonly maxBytes: number;
  readonly requestInit?: RequestInit;
  readonly fetchFunc?: typeof fetch;
  readonly onProgress?: (progress: Progress) => void;
}

/** @throws FormatError when the download fails, or is larger than `maxBytes` */
export async function download(url: string, options: DownloadOptions): Promise<NamedBytes> {
  const name = url.length > 100 ? `${url.slice(0, 97)}...` : url;
  try {
    const response = await (options.fetchFunc ?? fetch)(url, options.requestInit);
    if (!response.ok || !response.body) throw new FormatError(`${name}: HTTP ${response.status}, expected 200`);
    return { name, bytes: await receive(response, name, options) };
  } catch (error) {
    if (error instanceof FormatError) throw error;
    throw new FormatError(`${name}: cannot be downloaded (${(error as Error).message})`, { cause: error });
  }
}

async function receive(response: Response, name: string, { maxBytes, onProgress }: DownloadOptions) {
  // The length of a compressed body is that of the compressed bytes.
  const length = response.headers.get('content-encoding') ? 0 : Number(response.headers.get('content-length'));
  const total = length > 0 ? length : null;
  if (total !== null && total > maxBytes)
    throw new FormatError(`${name}: ${total} bytes, expected at most ${maxBytes}`);
  const pieces: Uint8Array[] = [];
  let received = 0;
  const reader = response.body!.getReader();
  for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
    received += piece.value.length;
    if (received > maxBytes) throw new FormatError(`${name}: more than ${maxBytes} bytes`);
    pieces.push(piece.value);
    onProgress?.({ received, total });
  }
  onProgress?.({ received, total: received });
  return joined(pieces, received);
}

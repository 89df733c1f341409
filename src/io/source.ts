import { FormatError, ValueError } from '../base/errors.js';
import type { NamedBytes } from './cursor.js';
import { assertPaths, hasPaths, pathBeside, plainPath, readPath } from './node-files.js';

/** Where a file comes from: a path (under Node), a URL, a File or Blob, bytes, or several Files that belong together. */
export type FileSource = string | URL | Blob | Uint8Array | ArrayBuffer | readonly File[];

export interface SourceOptions {
  /** Largest file that is read; default 4 GiB. */
  readonly maxBytes?: number;
  /** Told the share of the download, 0 to 1. */
  readonly onProgress?: (fraction: number) => void;
}

/** A file, and those that it names beside it. */
export interface OpenedSource {
  readonly file: NamedBytes;
  /** @throws FormatError when it is not there */
  beside(name: string): Promise<NamedBytes>;
}

const DEFAULT_MAX_BYTES = 2 ** 32;

/** Where tfjs keeps models of a page. */
const isStore = (text: string): boolean => /^(localstorage|indexeddb):/.test(text);
const isUrl = (text: string): boolean => /^(https?|data|blob):/.test(text);

/** @throws FormatError when the file cannot be had @throws ValueError for what is no source */
export async function openSource(source: FileSource, options: SourceOptions = {}): Promise<OpenedSource> {
  const maxBytes = options.maxBytes ?? DEFAULT_MAX_BYTES;
  if (source instanceof URL && source.protocol !== 'file:') return openUrl(source.href, maxBytes, options.onProgress);
  if (
    typeof source === 'string' &&
    !isStore(source) &&
    (isUrl(source) || (!hasPaths() && typeof location === 'object'))
  ) {
    return openUrl(source, maxBytes, options.onProgress);
  }
  if (typeof source === 'string' || source instanceof URL) {
    if (isStore(String(source))) {
      throw new ValueError(`${source}: a page's own store is not read; give a URL, a File, a Blob or bytes`);
    }
    assertPaths(String(source));
    const path = plainPath(String(source));
    return {
      file: await readPath(path, maxBytes),
      beside: async (name) => readPath(pathBeside(path, name), maxBytes),
    };
  }
  if (source instanceof Uint8Array) return alone({ name: 'bytes', bytes: source });
  if (source instanceof ArrayBuffer) return alone({ name: 'bytes', bytes: new Uint8Array(source) });
  if (source instanceof Blob) return alone(await readBlob(source, maxBytes));
  if (Array.isArray(source) && source.length > 0 && source.every((each) => each instanceof Blob)) {
    return openFiles(source as unknown as readonly File[], maxBytes);
  }
  throw new ValueError(`loadModel: given ${String(source)}, expected a path, a URL, a File, a Blob or bytes`);
}

const alone = (file: NamedBytes): OpenedSource => ({
  file,
  beside: async (name) => {
    throw new FormatError(`${file.name}: it names ${name}; give both files, or a path or URL beside which it lies`);
  },
});

async function readBlob(blob: Blob, maxBytes: number): Promise<NamedBytes> {
  const name = 'name' in blob ? String(blob.name) : 'blob';
  if (blob.size > maxBytes) throw new FormatError(`${name}: ${blob.size} bytes, expected at most ${maxBytes}`);
  return { name, bytes: new Uint8Array(await blob.arrayBuffer()) };
}

/** The first file, the others beside it by their names: how a page is given model.json with its shards. */
async function openFiles(files: readonly File[], maxBytes: number): Promise<OpenedSource> {
  const file = await readBlob(files[0], maxBytes);
  return {
    file,
    beside: async (name) => {
      const found = files.find((each) => each.name === name.slice(name.lastIndexOf('/') + 1));
      if (!found) throw new FormatError(`${file.name}: it names ${name}, which is not among the files`);
      return readBlob(found, maxBytes);
    },
  };
}

async function openUrl(url: string, maxBytes: number, onProgress?: (fraction: number) => void): Promise<OpenedSource> {
  const file = await download(url, maxBytes, onProgress);
  return { file, beside: async (name) => download(besideUrl(url, name), maxBytes) };
}

/** An address beside another one; a query, such as a signature, goes along. */
function besideUrl(url: string, name: string): string {
  const base = new URL(url, typeof location === 'object' ? location.href : undefined);
  const target = new URL(name, base);
  if (target.origin !== base.origin) throw new FormatError(`${url}: it names ${name}, which is not beside it`);
  target.search ||= base.search;
  return target.href;
}

async function download(url: string, maxBytes: number, onProgress?: (fraction: number) => void): Promise<NamedBytes> {
  const name = url.length > 100 ? `${url.slice(0, 97)}...` : url;
  try {
    const response = await fetch(url);
    if (!response.ok || !response.body) throw new FormatError(`${name}: HTTP ${response.status}, expected 200`);
    const total = Number(response.headers.get('content-length')) || 0;
    const pieces: Uint8Array[] = [];
    let received = 0;
    const reader = response.body.getReader();
    for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
      received += piece.value.length;
      if (received > maxBytes) throw new FormatError(`${name}: more than ${maxBytes} bytes`);
      pieces.push(piece.value);
      if (total > 0) onProgress?.(Math.min(1, received / total));
    }
    return { name, bytes: joined(pieces, received) };
  } catch (error) {
    if (error instanceof FormatError) throw error;
    throw new FormatError(`${name}: cannot be downloaded (${(error as Error).message})`, { cause: error });
  }
}

export function joined(pieces: readonly Uint8Array[], length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}

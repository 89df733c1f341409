import { FormatError, ValueError } from '../../base/errors.js';
import { accept, callable, type Given, integer, type Options } from '../../base/options.js';
import { plainPath } from '../../base/plain-path.js';
import { show } from '../../base/show.js';
import type { IOHandler } from '../../training/options/model-artifacts.js';
import type { NamedBytes } from '../bytes/cursor.js';
import { cut } from '../bytes/json.js';
import { type DownloadOptions, download, type Progress } from './download.js';
import { assertPaths, hasPaths, pathBeside, readPath } from './node-files.js';

/**
 * Source of a file: a path (in Node), a URL, a File or Blob, bytes, or several Files that belong together.
 */
export type FileSource = string | URL | Blob | Uint8Array | ArrayBuffer | readonly File[] | IOHandler;

export const SOURCE_OPTIONS = {
  /** Maximum size of a file in bytes; default 4 GiB. */
  maxBytes: integer({ min: 1 }).default(2 ** 32),
  /**
   * Called during a download with the received fraction, from 0 to 1, and with the bytes. If the server
   * does not state the size, the fraction is 0 until the end. For a model.json with shards it is the fraction
   * of all shards.
   */
  onProgress: callable<(fraction: number, bytes: Progress) => void>().optional(),
  /** Options of `fetch`: headers, credentials, …, for the shards of a model.json too. */
  requestInit: accept<RequestInit>('an object', (value) => typeof value === 'object' && value !== null).optional(),
  /** Replaces the global `fetch`. */
  fetchFunc: callable<typeof fetch>().optional(),
  /** Location of the shards of a model.json, if they are not next to it. */
  weightPathPrefix: accept<string>('a string', (value) => typeof value === 'string').optional(),
  /** Return the URL of a shard for its name. */
  weightUrlConverter: callable<(name: string) => string | Promise<string>>().optional(),
} as const;

export type SourceOptions = Given<typeof SOURCE_OPTIONS>;
export type ReadSourceOptions = Options<typeof SOURCE_OPTIONS>;

/** Index of a file among several, for the progress. */
export interface Part {
  readonly index: number;
  readonly count: number;
}

/** A file, and the neighbouring files that it references. */
export interface OpenedSource {
  readonly file: NamedBytes;
  /** @throws FormatError when it is missing */
  beside(name: string, part: Part): Promise<NamedBytes>;
}

/** URLs of tfjs's model stores in a page. */
const isStore = (text: string): boolean => /^(localstorage|indexeddb):/.test(text);
const isUrl = (text: string): boolean => /^(https?|data|blob):/.test(text);

/**
 * @param caller for messages: `loadModel`
 * @throws FormatError when the file cannot be read @throws ValueError for a value that is not a source
 */
export async function openSource(
  caller: string,
  source: FileSource,
  options: ReadSourceOptions,
): Promise<OpenedSource> {
  const { maxBytes } = options;
  if (source instanceof URL && source.protocol !== 'file:') return openUrl(source.href, options);
  if (
    typeof source === 'string' &&
    !isStore(source) &&
    (isUrl(source) || (!hasPaths() && typeof location === 'object'))
  ) {
    return openUrl(source, options);
  }
  if (typeof source === 'string' || source instanceof URL) return openPath(caller, String(source), maxBytes);
  const bytes = bytesOf(source);
  if (bytes) {
    if (bytes.length > maxBytes) throw new FormatError(`bytes: ${bytes.length} bytes, expected at most ${maxBytes}`);
    return alone({ name: 'bytes', bytes });
  }
  if (source instanceof Blob) return alone(await readBlob(source, maxBytes));
  if (Array.isArray(source) && source.length > 0 && source.every((each) => each instanceof Blob)) {
    return openFiles(source as unknown as readonly File[], maxBytes);
  }
  throw new ValueError(`${caller}: given ${show(source)}, expected a path, a URL, a File, a Blob or bytes`);
}

/** Return bytes of this realm or another, whose classes differ. */
function bytesOf(source: unknown): Uint8Array | null {
  if (ArrayBuffer.isView(source) && Object.prototype.toString.call(source) === '[object Uint8Array]') {
    return new Uint8Array(source.buffer, source.byteOffset, source.byteLength);
  }
  if (Object.prototype.toString.call(source) !== '[object ArrayBuffer]') return null;
  return new Uint8Array(source as ArrayBuffer);
}

async function openPath(caller: string, text: string, maxBytes: number): Promise<OpenedSource> {
  if (isStore(text)) {
    throw new ValueError(
      `${caller}: ${text}: the stores of a page are not supported here; give a URL, a File, a Blob or bytes`,
    );
  }
  // The caller passed the contents of the file.
  if (/^\s*[{[]/.test(text) || text.includes('\0')) {
    throw new ValueError(`${caller}: given '${cut(text)}', expected a path or a URL; give the contents as bytes`);
  }
  assertPaths(text);
  const path = plainPath(text);
  return {
    file: await readPath(path, maxBytes),
    beside: async (name) => readPath(pathBeside(path, name), maxBytes),
  };
}

const alone = (file: NamedBytes): OpenedSource => ({
  file,
  beside: async (name) => {
    throw new FormatError(`${file.name}: it references ${name}; give both files, or a path or URL`);
  },
});

async function readBlob(blob: Blob, maxBytes: number): Promise<NamedBytes> {
  const name = 'name' in blob ? String(blob.name) : 'blob';
  if (blob.size > maxBytes) throw new FormatError(`${name}: ${blob.size} bytes, expected at most ${maxBytes}`);
  return { name, bytes: new Uint8Array(await blob.arrayBuffer()) };
}

/**
 * Open the first file, with the others next to it by name: pages pass a model.json with its shards in this
 * form.
 */
async function openFiles(files: readonly File[], maxBytes: number): Promise<OpenedSource> {
  const file = await readBlob(files[0], maxBytes);
  return {
    file,
    beside: async (name) => {
      const found = files.find((each) => each.name === name.slice(name.lastIndexOf('/') + 1));
      if (!found) throw new FormatError(`${file.name}: it references ${name}, which is not among the files`);
      return readBlob(found, maxBytes);
    },
  };
}

async function openUrl(url: string, options: ReadSourceOptions): Promise<OpenedSource> {
  const { onProgress } = options;
  const tell = ({ index, count }: Part): DownloadOptions['onProgress'] =>
    onProgress &&
    ((progress) => {
      const { received, total } = progress;
      onProgress(Math.min(1, (index + (total ? received / total : 0)) / count), progress);
    });
  // Only the progress of the shards is reported, because model.json is small.
  const hasShards = /\.json($|[?#])/.test(url);
  const onFile = hasShards ? undefined : tell({ index: 0, count: 1 });
  return {
    file: await download(url, { ...options, onProgress: onFile }),
    beside: async (name, part) => {
      return download(await shardUrl(url, name, options), { ...options, onProgress: tell(part) });
    },
  };
}

async function shardUrl(url: string, name: string, options: ReadSourceOptions): Promise<string> {
  if (options.weightUrlConverter) return options.weightUrlConverter(name);
  if (options.weightPathPrefix !== undefined) return options.weightPathPrefix + name;
  return besideUrl(url, name);
}

/** Return a URL next to another one; a query, such as a signature, is kept. */
function besideUrl(url: string, name: string): string {
  const base = new URL(url, typeof location === 'object' ? location.href : undefined);
  const target = new URL(name, base);
  if (target.origin !== base.origin) throw new FormatError(`${url}: it references ${name}, which has another origin`);
  target.search ||= base.search;
  return target.href;
}

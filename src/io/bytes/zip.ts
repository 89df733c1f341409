import { crc32 } from '../../base/crc.js';
import { FormatError } from '../../base/errors.js';
import { decodeText } from '../../base/utf8.js';
import { Cursor, type NamedBytes } from './cursor.js';

/* @see PKWARE, "APPNOTE: .ZIP File Format Specification", 4.3 */

const END = 'PK\x05\x06';
const ENTRY = 'PK\x01\x02';
const LOCAL = 'PK\x03\x04';
const STORED = 0;
const DEFLATED = 8;

/** Maximum compression ratio of deflate; a larger claim is a forgery. */
const MAX_DEFLATE_RATIO = 1032;

/** Maximum unpacked size of the entries of an archive: 2 GiB, the limit of one array of a weights file. */
const MAX_UNPACKED_BYTES = 2 ** 31;

interface Entry {
  readonly name: string;
  readonly method: number;
  readonly checksum: number;
  readonly packed: number;
  readonly unpacked: number;
  readonly localHeader: number;
}

/** Whether bytes begin like a zip archive. */
export function isZip(bytes: Uint8Array): boolean {
  return String.fromCharCode(...bytes.subarray(0, 4)) === LOCAL;
}

/** An archive in memory. Nothing is written to disk; entries are unpacked on demand. */
export interface ZipArchive {
  has(name: string): boolean;
  /** @throws FormatError when there is no such entry, it is damaged, or unpacks to more than `maxBytes` */
  read(name: string, maxBytes: number): Promise<Uint8Array>;
}

/** @throws FormatError when the archive is truncated or damaged, or names lead out of it (`../`) */
export function openZip(file: NamedBytes): ZipArchive {
  const entries = readDirectory(file);
  return {
    has: (name) => entries.has(name),
    async read(name, maxBytes) {
      const entry = entries.get(name);
      if (!entry) throw new FormatError(`${file.name}: there is no ${name} in the archive${whatElse(entries)}`);
      const { method, unpacked } = entry;
      // An entry that is stored uncompressed cannot be larger than the file.
      const limit = Math.min(method === STORED ? file.bytes.length : maxBytes, MAX_UNPACKED_BYTES);
      if (unpacked > limit) {
        throw new FormatError(`${file.name}: ${name} unpacks to ${unpacked} bytes, expected at most ${limit}`);
      }
      return unpack(file, entry);
    },
  };
}

const whatElse = (entries: ReadonlyMap<string, Entry>): string =>
  [...entries.keys()].some((name) => /(^|\/)data\.pkl$/.test(name))
    ? '; it is a PyTorch archive, which contains Python code that is not run: save the weights as .safetensors'
    : '';

/** The end record is in the last 64 KiB and 22 bytes; a comment may follow it. */
function findEnd(file: NamedBytes): Cursor {
  const { bytes } = file;
  for (let at = bytes.length - 22; at >= Math.max(0, bytes.length - 22 - 0xffff); at--) {
    if (bytes[at] === 0x50 && bytes[at + 1] === 0x4b && bytes[at + 2] === 5 && bytes[at + 3] === 6) {
      return new Cursor(file, at, bytes.length, 'end of zip directory').expect(END);
    }
  }
  throw new FormatError(`${file.name}: it has no end of a zip directory: the archive is truncated`);
}

function readDirectory(file: NamedBytes): Map<string, Entry> {
  const end = findEnd(file);
  const disks = [end.u16(), end.u16()];
  const count = end.skip(2).u16();
  const size = end.u32();
  const start = end.u32();
  if (disks.some((disk) => disk !== 0) || count === 0xffff || start === 0xffffffff) {
    throw end.fail('an archive in several parts or of more than 4 GiB, which is not supported');
  }
  const cursor = new Cursor(file, start, start + size, 'zip directory');
  const entries = new Map<string, Entry>();
  for (let index = 0; index < count; index++) {
    const entry = readEntry(cursor);
    if (entries.has(entry.name)) throw cursor.fail(`duplicate entry ${entry.name}`);
    entries.set(entry.name, entry);
  }
  return entries;
}

function readEntry(cursor: Cursor): Entry {
  const flags = cursor.expect(ENTRY).skip(4).u16();
  const method = cursor.u16();
  const checksum = cursor.skip(4).u32();
  const packed = cursor.u32();
  const unpacked = cursor.u32();
  const lengths = [cursor.u16(), cursor.u16(), cursor.u16()];
  const localHeader = cursor.skip(8).u32();
  const name = decodeText(cursor.bytes(lengths[0]));
  cursor.skip(lengths[1] + lengths[2]);
  if (/^[/\\]|^[A-Za-z]:|(^|[/\\])\.\.([/\\]|$)|\0/.test(name)) {
    throw cursor.fail(`the entry ${JSON.stringify(name)} leads out of the archive`);
  }
  if (flags & 1) throw cursor.fail(`${name} is encrypted`);
  if (method !== STORED && method !== DEFLATED) {
    throw cursor.fail(`${name} is packed by method ${method}, expected stored or deflate`);
  }
  const largest = packed * (method === STORED ? 1 : MAX_DEFLATE_RATIO);
  if (unpacked > largest || (method === STORED && unpacked !== packed)) {
    throw cursor.fail(`${name} claims ${unpacked} bytes, more than ${packed} packed bytes can contain`);
  }
  return { name, method, checksum, packed, unpacked, localHeader };
}

async function unpack(file: NamedBytes, entry: Entry): Promise<Uint8Array> {
  const { name, method, packed, unpacked, localHeader } = entry;
  const cursor = new Cursor(file, localHeader, file.bytes.length, name).expect(LOCAL).skip(22);
  const lengths = [cursor.u16(), cursor.u16()];
  const bytes = cursor.skip(lengths[0] + lengths[1]).bytes(packed);
  const content = method === STORED ? bytes : await inflate(file, entry, bytes);
  if (content.length !== unpacked) {
    throw cursor.fail(`unpacks to ${content.length} bytes, the directory claims ${unpacked}`);
  }
  if (crc32(content) !== entry.checksum)
    throw cursor.fail('its checksum is wrong: the archive is damaged', localHeader);
  return content;
}

async function inflate(file: NamedBytes, { name, unpacked }: Entry, bytes: Uint8Array): Promise<Uint8Array> {
  const { inflateSync } = await import('fflate');
  try {
    // Output beyond the given buffer is dropped: memory is bounded by the claimed size, which was checked.
    return inflateSync(bytes, { out: new Uint8Array(unpacked) });
  } catch (error) {
    throw new FormatError(`${file.name}: ${name}: damaged (${(error as Error).message})`, { cause: error });
  }
}

/** Write an archive like those of Keras: uncompressed, each entry readable and writable only by its owner. */
export async function writeZip(contents: Readonly<Record<string, Uint8Array>>): Promise<Uint8Array> {
  const { zipSync } = await import('fflate');
  const UNIX = 3;
  // The earliest date of the zip format, so that equal contents give equal archives.
  const mtime = new Date(1980, 0, 1);
  return zipSync(contents, { level: 0, os: UNIX, attrs: 0o600 << 16, mtime });
}

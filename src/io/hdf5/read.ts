import { FormatError } from '../../base/errors.js';
import type { NamedBytes } from '../bytes/cursor.js';
import type { FileArray } from '../bytes/stored-array.js';
import { type AttributeValue, readAttributes } from './attributes.js';
import type { Inflate } from './chunks.js';
import { readDataset } from './dataset.js';
import { decodeNumbers, type NumberType, numpyName } from './decode-numbers.js';
import { readLinks } from './links.js';
import { type HeaderMessage, readObjectHeader } from './object-header.js';
import { readSuperblock } from './superblock.js';

export type { AttributeValue } from './attributes.js';

/*
 * HDF5 files are read here rather than by libhdf5 compiled to WebAssembly, which writes them: libhdf5 trusts the
 * file (a changed byte makes it read out of bounds, loop forever or allocate a gigabyte), its errors leave memory
 * and open files behind that cannot be freed, and pages may forbid WebAssembly. Here every address, size and count
 * is checked when it is used, by `Cursor`.
 */

/** A data set of numbers. */
export interface Hdf5Array extends FileArray {
  /** The type in the file, as numpy writes it: `<f4`, `<i8`, … */
  readonly dtype: string;
}

/**
 * Open an HDF5 file in memory. Objects are read on demand.
 * @throws FormatError naming the file and the position when the file is damaged
 */
export async function openHdf5(whole: NamedBytes): Promise<Hdf5Group> {
  const { file, root } = readSuperblock(whole);
  const { unzlibSync } = await import('fflate');
  const inflate: Inflate = (bytes, out) => unzlibSync(bytes, { out });
  const visited = new Map([[root, '/']]);
  return new Hdf5Group({ file, inflate, visited }, readObjectHeader(file, root, '/'), '/');
}

interface OpenFile {
  readonly file: NamedBytes;
  readonly inflate: Inflate;
  /** Paths of the opened objects by address. */
  readonly visited: Map<number, string>;
}

/** A group of an open file. */
export class Hdf5Group {
  private readonly children = new Map<string, Hdf5Group | null>();
  private ownLinks: Map<string, number> | null = null;
  private ownAttributes: Map<string, () => AttributeValue> | null = null;

  constructor(
    private readonly open: OpenFile,
    private readonly messages: readonly HeaderMessage[],
    readonly path: string,
  ) {}

  get file(): NamedBytes {
    return this.open.file;
  }

  fail(message: string): FormatError {
    return new FormatError(`${this.file.name}: ${this.path}: ${message}`);
  }

  /** Return the names of the objects in the group. */
  keys(): string[] {
    return [...this.links.keys()].sort();
  }

  private get links(): Map<string, number> {
    this.ownLinks ??= readLinks(this.file, this.messages, this.path);
    return this.ownLinks;
  }

  private childPath(name: string): string {
    return this.path === '/' ? `/${name}` : `${this.path}/${name}`;
  }

  /** Read the header of the object that a name links to. */
  private header(name: string): readonly HeaderMessage[] | null {
    const address = this.links.get(name);
    if (address === undefined) return null;
    const path = this.childPath(name);
    const known = this.open.visited.get(address);
    if (known !== undefined && known !== path) {
      throw this.fail(`byte ${address}: ${path} has a second link, ${known}, expected a tree`);
    }
    this.open.visited.set(address, path);
    return readObjectHeader(this.file, address, path);
  }

  /** Return a group by its name or path; null if there is none. */
  child(path: string): Hdf5Group | null {
    const [name, ...rest] = path.split('/');
    if (!this.children.has(name)) this.children.set(name, this.openChild(name));
    const child = this.children.get(name) ?? null;
    return rest.length > 0 ? (child?.child(rest.join('/')) ?? null) : child;
  }

  private openChild(name: string): Hdf5Group | null {
    const messages = this.header(name);
    if (!messages || readDataset(this.file, messages, this.open.inflate)) return null;
    return new Hdf5Group(this.open, messages, this.childPath(name));
  }

  /** Return the value of an attribute; null if there is none. */
  attribute(name: string): AttributeValue | null {
    this.ownAttributes ??= readAttributes(this.file, this.messages, this.path);
    return this.ownAttributes.get(name)?.() ?? null;
  }

  /**
   * Return a data set of numbers by its name or path; null if there is none. Its values are read on demand.
   * @throws FormatError when it contains anything but numbers
   */
  numbers(path: string): Hdf5Array | null {
    const slash = path.lastIndexOf('/');
    if (slash >= 0) return this.child(path.slice(0, slash))?.numbers(path.slice(slash + 1)) ?? null;
    const messages = this.header(path);
    const dataset = messages && readDataset(this.file, messages, this.open.inflate);
    if (!messages || !dataset) return null;
    const { space, datatype } = dataset;
    const type = datatype.kind === 'opaque' ? this.brainFloats(messages, datatype.size) : datatype;
    if (type?.kind !== 'integer' && type?.kind !== 'float') {
      throw this.fail(`${path}: the values are ${datatype.kind}, expected numbers`);
    }
    const { shape } = space;
    return { shape, dtype: numpyName(type), read: () => ({ shape, values: decodeNumbers(type, dataset.read()) }) };
  }

  /** HDF5 has no bfloat16; Keras records it in an attribute. */
  private brainFloats(messages: readonly HeaderMessage[], size: number): NumberType | null {
    const dtype = readAttributes(this.file, messages, this.path).get('dtype')?.();
    return dtype === 'bfloat16' && size === 2 ? { kind: 'float', size, brain: true, bigEndian: false } : null;
  }
}

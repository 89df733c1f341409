import type * as H5wasm from 'h5wasm';
import { FormatError } from '../../base/errors.js';
import { sizeOf } from '../../base/shape.js';
import type { FileArray, StoredArray } from '../array.js';
import type { NamedBytes } from '../cursor.js';
import { halfFloats } from '../half-floats.js';
import { asFormatError, type Hdf5Library, hdf5Library, withScratchFile } from './library.js';
import { validateHdf5 } from './validate.js';

export type AttributeValue = string | number | readonly string[] | readonly number[];

/** A data set of numbers. */
export interface Hdf5Numbers extends FileArray {
  /** The type in the file, as numpy writes it: `<f4`, `<i8`, … */
  readonly dtype: string;
}

/**
 * Opens an HDF5 file that is held in memory, runs `f` on its root, and closes it.
 * @throws FormatError naming file and place when anything in it does not fit
 */
export async function readHdf5<T>(file: NamedBytes, f: (root: Hdf5Group) => T): Promise<T> {
  validateHdf5(file);
  const library = await hdf5Library();
  return withScratchFile(library, (path) => {
    library.module.FS.writeFile(path, file.bytes);
    const opened = attempt(file.name, '/', () => new library.h5wasm.File(path, 'r'));
    try {
      return f(new Hdf5Group(library, file, opened, '/'));
    } finally {
      attempt(file.name, '/', () => opened.close());
    }
  });
}

function attempt<T>(name: string, caller: string, f: () => T): T {
  try {
    return f();
  } catch (error) {
    throw asFormatError(name, caller, error);
  }
}

/** A group of an open file. */
export class Hdf5Group {
  private opened: Map<string, H5wasm.Entity | null> | null = null;
  private readonly children = new Map<string, Hdf5Group>();

  constructor(
    private readonly library: Hdf5Library,
    readonly file: NamedBytes,
    private readonly group: H5wasm.Group,
    readonly path: string,
  ) {}

  fail(message: string): FormatError {
    return new FormatError(`${this.file.name}: ${this.path}: ${message}`);
  }

  /** Names of what the group holds, in the order of the file. */
  keys(): string[] {
    return [...this.entries.keys()];
  }

  /** What lies directly in the group, by name; opened when it is asked for. */
  private get entries(): Map<string, H5wasm.Entity | null> {
    this.opened ??= attempt(this.file.name, this.path, () => new Map(this.group.keys().map((name) => [name, null])));
    return this.opened;
  }

  private childPath(name: string): string {
    return this.path === '/' ? `/${name}` : `${this.path}/${name}`;
  }

  private entry(name: string): H5wasm.Entity | null {
    const { entries } = this;
    if (!entries.has(name)) return null;
    const found = entries.get(name) ?? attempt(this.file.name, this.childPath(name), () => this.group.get(name));
    entries.set(name, found);
    return found;
  }

  /** A group by its name or path; null when there is none. */
  child(path: string): Hdf5Group | null {
    const [name, ...rest] = path.split('/');
    const known = this.children.get(name) ?? this.openChild(name);
    return rest.length > 0 ? (known?.child(rest.join('/')) ?? null) : known;
  }

  private openChild(name: string): Hdf5Group | null {
    const found = this.entry(name);
    if (!(found instanceof this.library.h5wasm.Group)) return null;
    const child = new Hdf5Group(this.library, this.file, found, this.childPath(name));
    this.children.set(name, child);
    return child;
  }

  /** The value of an attribute; null when there is none. */
  attribute(name: string): AttributeValue | null {
    return attempt(this.file.name, `${this.path}@${name}`, () => {
      const { module } = this.library;
      if (!module.get_attribute_names(this.group.file_id, this.group.path).includes(name)) return null;
      const value = this.group.get_attribute(name, true);
      if (typeof value === 'string' || typeof value === 'number') return value;
      if (Array.isArray(value)) return value as string[] | number[];
      throw this.fail(`attribute ${name} is ${typeof value}, expected text or numbers`);
    });
  }

  /** The bytes of a data set whose numbers JavaScript has no array for. */
  private rawBytes({ file_id, path }: H5wasm.Dataset, count: number): Uint8Array {
    const { module } = this.library;
    const address = module._malloc(Math.max(count, 1));
    try {
      module.get_dataset_data(file_id, path, null, null, null, BigInt(address));
      return module.HEAPU8.slice(address, address + count);
    } finally {
      module._free(address);
    }
  }

  /**
   * A data set of numbers by its name or path; null when there is none. Its values are read when they are asked for.
   * @throws FormatError when it holds something else, or more than the file can
   */
  numbers(path: string): Hdf5Numbers | null {
    const slash = path.lastIndexOf('/');
    if (slash >= 0) return this.child(path.slice(0, slash))?.numbers(path.slice(slash + 1)) ?? null;
    const caller = this.childPath(path);
    return attempt(this.file.name, caller, () => {
      const found = this.entry(path);
      if (!(found instanceof this.library.h5wasm.Dataset)) return null;
      const { shape, dtype, metadata } = found;
      if (!shape || typeof dtype !== 'string' || !/^([<>][bBhHiIqQfd]|<e)$/.test(dtype)) {
        throw new FormatError(`${this.file.name}: ${caller}: the values are ${String(dtype)}, expected numbers`);
      }
      const bytes = sizeOf(shape) * metadata.size;
      // Deflate cannot do better than 1032 : 1.
      if (bytes > this.file.bytes.length * (metadata.chunks ? 1032 : 1)) {
        throw new FormatError(`${this.file.name}: ${caller}: ${bytes} bytes are claimed, more than the file can hold`);
      }
      const read = () => attempt(this.file.name, caller, () => ({ shape, values: this.values(found, dtype, bytes) }));
      return { shape, dtype: normalDType(dtype), read };
    });
  }

  private values(found: H5wasm.Dataset, dtype: string, bytes: number): StoredArray['values'] {
    if (dtype === '<e') return halfFloats(this.rawBytes(found, bytes), 'half');
    const { value } = found;
    const typed = typeof value === 'number' || typeof value === 'bigint' ? [value] : value;
    return hostNumbers(typed as ArrayLike<number | bigint>);
  }
}

/** h5wasm's letters as numpy's codes. */
function normalDType(dtype: string): string {
  const codes: Readonly<Record<string, string>> = {
    b: 'i1',
    B: 'u1',
    h: 'i2',
    H: 'u2',
    i: 'i4',
    I: 'u4',
    q: 'i8',
    Q: 'u8',
    f: 'f4',
    d: 'f8',
  };
  return `${dtype[0]}${codes[dtype[1]]}`;
}

/** Numbers in an array that tensors take; 64-bit integers become float64. */
function hostNumbers(values: ArrayLike<number | bigint>): StoredArray['values'] {
  if (values instanceof Float32Array || values instanceof Float64Array || values instanceof Int32Array) return values;
  if (values instanceof Uint8Array) return values;
  return Float64Array.from(values as ArrayLike<number>, Number);
}

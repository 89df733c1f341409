import type * as H5wasm from 'h5wasm';
import { FormatError } from '../../tensor/errors.js';
import { sizeOf } from '../../tensor/shape.js';
import type { NamedBytes } from '../cursor.js';
import { asFormatError, type Hdf5Library, hdf5Library, withScratchFile } from './library.js';
import { validateHdf5 } from './validate.js';

export type AttributeValue = string | number | readonly string[] | readonly number[];

/** Numbers of a data set in the type of the file: `<f4`, `<i8`, …; 64-bit integers as float64. */
export interface Hdf5Array {
  readonly shape: readonly number[];
  readonly dtype: string;
  readonly values: Float32Array | Float64Array | Int32Array | Uint8Array;
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

function attempt<T>(name: string, where: string, f: () => T): T {
  try {
    return f();
  } catch (error) {
    throw asFormatError(name, where, error);
  }
}

/** A group of an open file. */
export class Hdf5Group {
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
    return attempt(this.file.name, this.path, () => this.group.keys());
  }

  private childPath(name: string): string {
    return this.path === '/' ? `/${name}` : `${this.path}/${name}`;
  }

  private find(name: string): H5wasm.Entity | null {
    // libhdf5 takes a missing part of a path for an error.
    let found: H5wasm.Entity | null = this.group;
    for (const part of name.split('/')) {
      if (!(found instanceof this.library.h5wasm.Group) || !found.keys().includes(part)) return null;
      found = found.get(part);
    }
    return found;
  }

  /** A group by its name or path; null when there is none. */
  child(name: string): Hdf5Group | null {
    return attempt(this.file.name, this.childPath(name), () => {
      const found = this.find(name);
      if (!(found instanceof this.library.h5wasm.Group)) return null;
      return new Hdf5Group(this.library, this.file, found, this.childPath(name));
    });
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

  /** A data set of numbers by its name or path; null when there is none. @throws FormatError when it holds more than the file can */
  array(name: string): Hdf5Array | null {
    const where = this.childPath(name);
    return attempt(this.file.name, where, () => {
      const found = this.find(name);
      if (!(found instanceof this.library.h5wasm.Dataset)) return null;
      const { shape, dtype, metadata } = found;
      if (!shape || typeof dtype !== 'string' || !/^[<>][bBhHiIqQfd]$/.test(dtype)) {
        throw new FormatError(`${this.file.name}: ${where}: the values are ${String(dtype)}, expected numbers`);
      }
      const bytes = sizeOf(shape) * metadata.size;
      // Deflate cannot do better than 1032 : 1.
      if (bytes > this.file.bytes.length * (metadata.chunks ? 1032 : 1)) {
        throw new FormatError(`${this.file.name}: ${where}: ${bytes} bytes are claimed, more than the file can hold`);
      }
      const { value } = found;
      const typed = typeof value === 'number' || typeof value === 'bigint' ? [value] : value;
      return { shape, dtype: normalDType(dtype), values: numbers(typed as ArrayLike<number | bigint>) };
    });
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

function numbers(values: ArrayLike<number | bigint>): Hdf5Array['values'] {
  if (values instanceof Float32Array || values instanceof Float64Array || values instanceof Int32Array) return values;
  if (values instanceof Uint8Array) return values;
  return Float64Array.from(values as ArrayLike<number>, Number);
}

import { Cursor, type NamedBytes } from '../bytes/cursor.js';
import { type ChunkedLayout, type Inflate, readChunks } from './chunks.js';
import {
  type Dataspace,
  type Datatype,
  type Filter,
  readDataspace,
  readDatatype,
  readFilters,
  UNDEFINED,
} from './header-messages.js';
import { type HeaderMessage, MESSAGE } from './object-header.js';

/** A data set of a file. */
export interface Dataset {
  readonly space: Dataspace;
  readonly datatype: Datatype;
  /** Return the bytes of its values. */
  read(): Uint8Array;
}

const COMPACT = 0;
const CONTIGUOUS = 1;
const CHUNKED = 2;

/** Read the data set of an object header; null for a group. @throws FormatError when its values are not in the file */
export function readDataset(file: NamedBytes, messages: readonly HeaderMessage[], inflate: Inflate): Dataset | null {
  const find = (type: number): Cursor | undefined => messages.find((message) => message.type === type)?.body;
  const [spaceBody, typeBody, layoutBody] = [MESSAGE.dataspace, MESSAGE.datatype, MESSAGE.layout].map(find);
  if (!spaceBody || !typeBody || !layoutBody) return null;
  const external = find(MESSAGE.externalFiles);
  if (external) throw external.fail('values in external files are not supported');
  const space = readDataspace(spaceBody);
  const datatype = readDatatype(typeBody);
  const filterBody = find(MESSAGE.filters);
  const filters = filterBody ? readFilters(filterBody) : [];
  return { space, datatype, read: readLayout(file, layoutBody, { space, datatype, filters }, inflate) };
}

interface Contents {
  readonly space: Dataspace;
  readonly datatype: Datatype;
  readonly filters: readonly Filter[];
}

function readLayout(file: NamedBytes, cursor: Cursor, contents: Contents, inflate: Inflate): () => Uint8Array {
  const version = cursor.u8();
  if (version < 1 || version > 5) throw cursor.fail(`layout version ${version}, expected 1 to 5`);
  const { space, datatype } = contents;
  const wanted = space.count * datatype.size;
  const old = version < 3;
  const rank = old ? cursor.u8() : 0;
  const kind = cursor.u8();
  cursor.skip(old ? 5 : 0);
  if (kind === COMPACT) {
    cursor.skip(4 * rank);
    const size = old ? cursor.u32() : cursor.u16();
    if (size < wanted) throw cursor.fail(`${size} bytes of values, the shape claims ${wanted}`);
    const values = cursor.bytes(size).subarray(0, wanted);
    return () => values;
  }
  if (kind === CONTIGUOUS) {
    const address = cursor.u64();
    const size = old ? wanted : cursor.u64();
    if (address === UNDEFINED) {
      if (wanted > 0) throw cursor.fail(`${wanted} bytes of values were never written`);
      return () => new Uint8Array(0);
    }
    if (size !== wanted) throw cursor.fail(`${size} bytes of values, the shape claims ${wanted}`);
    const values = new Cursor(file, address, address + size, cursor.what).bytes(size);
    return () => values;
  }
  if (kind !== CHUNKED) throw cursor.fail(`layout class ${kind}, expected compact, contiguous or chunked values`);
  const layout = chunkedLayout(cursor, version, rank, contents);
  return () => readChunks(file, layout, inflate);
}

const FILTERED_SINGLE = 2;
const INDEXES = ['', 'single', 'implicit', 'fixed-array'] as const;
const FIXED_ARRAY = 3;

function chunkedLayout(cursor: Cursor, version: number, oldRank: number, contents: Contents): ChunkedLayout {
  const { space, datatype, filters } = contents;
  // HDF5 2.0 writes version 5: as 4, with 8 bytes for the size of a packed chunk in an index.
  const flags = version >= 4 ? cursor.u8() : 0;
  const early = version < 3 ? cursor.u64() : 0;
  const dimensions = version < 3 ? oldRank : cursor.u8();
  const late = version === 3 ? cursor.u64() : 0;
  const bytes = version >= 4 ? cursor.u8() : 4;
  const sizes = Array.from({ length: dimensions }, () => cursor.uint(Math.min(bytes, 8)));
  const elementSize = sizes.pop();
  const chunk = sizes;
  if (chunk.length !== space.shape.length || elementSize !== datatype.size) {
    throw cursor.fail(`chunks of [${chunk}] × ${elementSize} bytes, the shape is [${space.shape}] × ${datatype.size}`);
  }
  // h5py writes no chunks larger than the data set; larger ones would take more memory than the shape.
  const fits = chunk.every((size, axis) => size > 0 && size <= Math.max(space.shape[axis], 1));
  if (!fits) throw cursor.fail(`chunks of [${chunk}], the shape is [${space.shape}]`);
  const common = { shape: space.shape, chunk, elementSize, filters, what: cursor.what };
  if (version < 4) return { ...common, index: { kind: 'tree', address: version < 3 ? early : late } };
  const type = cursor.u8();
  const kind = INDEXES[type];
  if (!kind) throw cursor.fail(`chunk index type ${type}, which only extensible data sets have`);
  const single = flags & FILTERED_SINGLE && kind === 'single' ? { size: cursor.u64(), mask: cursor.u32() } : null;
  const pageBits = type === FIXED_ARRAY ? cursor.u8() : 0;
  return { ...common, index: { kind, address: cursor.u64(), single, pageBits } };
}

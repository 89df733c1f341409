import { unsigned } from '../leb128.js';

/** How a module multiplies and adds: at once, or one after the other. */
export interface Arithmetic {
  readonly isFused: boolean;
  /** Sums that are added to in turn: as many as registers hold, so that none waits for its last product. */
  readonly sums: number;
}

/** Rounds of the loop in one chunk. */
export const ROUNDS = 16384;

const LANES = 4;

/** Floating-point operations of one chunk of `multiplyAdds`. */
export const chunkOperations = ({ sums }: Arithmetic): number => 2 * LANES * sums * ROUNDS;

/** Bytes that a round of `copy` moves. */
const COPIED = 128;

const VECTOR_BYTES = 16;

/** An i32.const; its integer is signed, so the seventh bit of the last byte is its sign. */
function constant(value: number): number[] {
  const bytes = [0x41];
  for (; value >= 0x40; value >>>= 7) bytes.push((value & 0x7f) | 0x80);
  return [...bytes, value];
}

const get = (local: number): number[] => [0x20, ...unsigned(local)];
const set = (local: number): number[] => [0x21, ...unsigned(local)];
const tee = (local: number): number[] => [0x22, ...unsigned(local)];
const load32 = (offset: number): number[] => [0x28, 2, ...unsigned(offset)];
const loadSplat = (offset: number): number[] => [0xfd, 0x09, 2, ...unsigned(offset)];
const loadVector = (offset: number): number[] => [0xfd, 0x00, 4, ...unsigned(offset)];
const storeVector = (offset: number): number[] => [0xfd, 0x0b, 4, ...unsigned(offset)];
const [ADD, SUBTRACT, MULTIPLY, LESS] = [0x6a, 0x6b, 0x6c, 0x49];
const [LOOP, AGAIN, END] = [[0x03, 0x40], [0x0d, 0], [0x0b]];
const [I32, V128] = [0x7f, 0x7b];
const F32X4_MUL = [0xfd, 0xe6, 0x01];
const F32X4_ADD = [0xfd, 0xe4, 0x01];
const F32X4_RELAXED_MADD = [0xfd, 0x85, 0x02];

/** Parameters of a kernel. */
const [JOB, FIRST, LAST, SCRATCH] = [0, 1, 2, 3];

const repeat = (count: number, f: (index: number) => readonly number[]): number[] =>
  Array.from({ length: count }, (_, index) => f(index)).flat();

/** Each sum becomes sum · x + y, with x and y in the job, and starts and ends in the thread's scratch memory. */
function multiplyAdds({ isFused, sums }: Arithmetic): number[] {
  const [left, x, y, first] = [4, 5, 6, 7];
  const step = isFused
    ? [...get(x), ...get(y), ...F32X4_RELAXED_MADD]
    : [...get(x), ...F32X4_MUL, ...get(y), ...F32X4_ADD];
  return body(
    [
      [1, I32],
      [2 + sums, V128],
    ],
    [
      ...[...get(JOB), ...loadSplat(0), ...set(x), ...get(JOB), ...loadSplat(4), ...set(y)],
      ...repeat(sums, (i) => [...get(SCRATCH), ...loadVector(VECTOR_BYTES * i), ...set(first + i)]),
      ...[...get(LAST), ...get(FIRST), SUBTRACT, ...constant(ROUNDS), MULTIPLY, ...set(left), ...LOOP],
      ...repeat(sums, (i) => [...get(first + i), ...step, ...set(first + i)]),
      ...[...get(left), ...constant(1), SUBTRACT, ...tee(left), ...AGAIN, ...END],
      ...repeat(sums, (i) => [...get(SCRATCH), ...get(first + i), ...storeVector(VECTOR_BYTES * i)]),
    ],
  );
}

/** Copies chunks of memory; the job has two addresses and the bytes of a chunk. */
function copy(): number[] {
  const [from, to, end, first] = [4, 5, 6, 7];
  const vectors = COPIED / VECTOR_BYTES;
  const place = (field: number) => [
    ...get(JOB),
    ...load32(field),
    ...get(FIRST),
    ...get(JOB),
    ...load32(8),
    MULTIPLY,
    ADD,
  ];
  return body(
    [
      [3, I32],
      [vectors, V128],
    ],
    [
      ...[...place(0), ...tee(from), ...get(LAST), ...get(FIRST), SUBTRACT, ...get(JOB), ...load32(8), MULTIPLY, ADD],
      ...[...set(end), ...place(4), ...set(to), ...LOOP],
      ...repeat(vectors, (i) => [...get(from), ...loadVector(VECTOR_BYTES * i), ...set(first + i)]),
      ...repeat(vectors, (i) => [...get(to), ...get(first + i), ...storeVector(VECTOR_BYTES * i)]),
      ...[from, to].flatMap((local) => [...get(local), ...constant(COPIED), ADD, ...set(local)]),
      ...[...get(from), ...get(end), LESS, ...AGAIN, ...END],
    ],
  );
}

function body(locals: readonly (readonly [count: number, type: number])[], code: readonly number[]): number[] {
  const declared = [locals.length, ...locals.flatMap(([count, type]) => [...unsigned(count), type])];
  return sized([...declared, ...code, ...END]);
}

const sized = (bytes: readonly number[]): number[] => [...unsigned(bytes.length), ...bytes];
const section = (kind: number, bytes: readonly number[]): number[] => [kind, ...sized(bytes)];
const name = (text: string): number[] => sized([...text].map((letter) => letter.charCodeAt(0)));

/**
 * A module with two kernels, `multiplyAdds` and `copy`, which do nothing else: what a processor reaches in them, no
 * other kernel of the same instructions exceeds.
 */
export function peaksModule(arithmetic: Arithmetic): Uint8Array<ArrayBuffer> {
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
    ...section(1, [1, 0x60, 4, I32, I32, I32, I32, 0]),
    ...section(2, [1, ...name('env'), ...name('memory'), 2, 0, 1]),
    ...section(3, [2, 0, 0]),
    ...section(7, [2, ...name('multiplyAdds'), 0, 0, ...name('copy'), 0, 1]),
    ...section(10, [2, ...multiplyAdds(arithmetic), ...copy()]),
  ]);
}

import type { NdArray } from 'ndarray';
import type { Backend } from '../backends/backend.js';
import { currentBackend } from '../backends/registry.js';
import { COPY } from '../base/copy.js';
import { type DType, type TypedArray, type TypedArrayOf, typedArray, typedArrayFrom } from '../base/dtype.js';
import { DisposedError } from '../base/errors.js';
import { type Shape, sizeOf } from '../base/shape.js';
import { arrayView } from './array-view.js';
import { formatTensor } from './format.js';
import { track, untrack } from './scope.js';
import { assertSupported, counts, Storage } from './storage.js';

export type NestedArray = number | boolean | NestedArray[];

let nextId = 0;

/** Node's console calls a method of this name; it is a registered symbol, so nothing of Node is imported. */
const INSPECT: unique symbol = Symbol.for('nodejs.util.inspect.custom') as never;

/** @internal tensors made from now on have this id, or a larger one; older ones a smaller one */
export const nextTensorId = (): number => nextId;

/**
 * An immutable n-dimensional array over a backend's buffer, contiguous and row-major.
 * Made by `tensor(...)` and by ops; freed by `dispose`, by `tidy`, or by `using`. Ops are also its methods: see
 * `ops/methods.ts`.
 * @example tensor([[1, 2], [3, 4]]).mul(2).sum() // 20
 */
export class Tensor<D extends DType = DType> {
  /** Name for messages, because minifiers rename classes. */
  static readonly className: string = 'Tensor';
  /** @internal the copy of the package that the class belongs to */
  static readonly copyOfNabla = COPY;

  readonly isTensor = true;
  readonly size: number;
  private disposed = false;
  /** @internal a tensor that is freed with this one, such as the mask of a sequence; no scope owns it */
  companion: Tensor | null = null;

  /** @internal use `tensor`, or an op */
  constructor(
    readonly shape: Shape,
    readonly dtype: D,
    /** @internal */ public storage: Storage,
    /** Distinct for every tensor of a process; gradients are keyed by it. */
    readonly id = nextId++,
  ) {
    this.size = storage.size;
    counts.tensors++;
    track(this);
  }

  get rank(): number {
    return this.shape.length;
  }

  get isDisposed(): boolean {
    return this.disposed;
  }

  /** @internal the backend's handle */
  get buffer(): unknown {
    return this.storage.buffer;
  }

  /** Free the buffer, unless another tensor shares it. A second call does nothing. */
  dispose(): void {
    if (this.disposed) return;
    this.disposed = true;
    counts.tensors--;
    untrack(this);
    this.storage.release();
    this.companion?.dispose();
  }

  /** `using x = tensor(...)` frees x at the end of the block. */
  [Symbol.dispose](): void {
    this.dispose();
  }

  /** @throws DisposedError when this tensor was freed */
  assertAlive(caller: string): void {
    if (this.disposed) {
      throw new DisposedError(
        `${caller}: the tensor [${this.shape}] was disposed; keep() it, or return it from its tidy()`,
      );
    }
  }

  /** tfjs's name for `assertAlive`. @throws DisposedError */
  throwIfDisposed(): void {
    this.assertAlive('throwIfDisposed');
  }

  /** Return the bytes of a copy of the values, little-endian. @throws DisposedError */
  async bytes(): Promise<Uint8Array> {
    const { buffer, byteOffset, byteLength } = await this.data();
    return new Uint8Array(buffer, byteOffset, byteLength);
  }

  /** Return a copy of the values. @throws DisposedError */
  async data(): Promise<TypedArrayOf[D]> {
    this.assertAlive('data');
    return (await this.storage.backend.read(this.buffer, this.dtype, this.size)) as TypedArrayOf[D];
  }

  /** Return a copy of the values synchronously. @throws BackendError when the backend cannot be read synchronously */
  dataSync(): TypedArrayOf[D] {
    this.assertAlive('dataSync');
    return this.storage.backend.readSync(this.buffer, this.dtype, this.size) as TypedArrayOf[D];
  }

  /** Return the values as nested arrays; a scalar as a number. */
  async array(): Promise<NestedArray> {
    return nest(await this.data(), this.shape, this.dtype);
  }

  arraySync(): NestedArray {
    return nest(this.dataSync(), this.shape, this.dtype);
  }

  /** Return a copy of the values as an n-d array on the host, with the fields and methods of the package ndarray. */
  async ndarray(): Promise<NdArray<TypedArrayOf[D]>> {
    return arrayView(await this.data(), this.shape);
  }

  ndarraySync(): NdArray<TypedArrayOf[D]> {
    return arrayView(this.dataSync(), this.shape);
  }

  /** Format the values in rows; long axes are abbreviated in the middle. */
  toString(verbose = false): string {
    if (this.disposed) return `Tensor ${this.dtype} [${this.shape}] (disposed)`;
    return formatTensor(this.dataSync(), this.shape, this.dtype, verbose);
  }

  /** Prints `toString()`. */
  print(verbose = false): void {
    console.log(this.toString(verbose));
  }

  get [Symbol.toStringTag](): string {
    return 'Tensor';
  }

  /** @internal text for console.log in Node: includes the values if they are in host memory */
  [INSPECT](): string {
    return this.inspected('Tensor');
  }

  /** @internal */
  protected inspected(heading: string): string {
    const title = `${heading} ${this.dtype} [${this.shape}]`;
    if (this.disposed) return `${title} (disposed)`;
    const { backend } = this.storage;
    const values = backend.view?.(this.buffer, this.dtype, this.size);
    if (values) return `${title}\n${formatTensor(values, this.shape, this.dtype, false)}`;
    return backend.dataless ? `${title} (a shape without values)` : `${title} (on ${backend.name}; print() reads it)`;
  }
}

function nest(values: TypedArray, shape: Shape, dtype: DType): NestedArray {
  const read = (offset: number) => (dtype === 'bool' ? values[offset] !== 0 : values[offset]);
  const build = (axis: number, offset: number): NestedArray => {
    if (axis === shape.length) return read(offset) as number | boolean;
    const stride = sizeOf(shape.slice(axis + 1));
    return Array.from({ length: shape[axis] }, (_, i) => build(axis + 1, offset + i * stride));
  };
  return build(0, 0);
}

/** @internal a tensor whose contents a kernel is about to write */
export function allocate<D extends DType>(shape: Shape, dtype: D, backend: Backend = currentBackend()): Tensor<D> {
  assertSupported(backend, dtype);
  const size = sizeOf(shape);
  return new Tensor(shape, dtype, new Storage(backend, backend.allocate(dtype, size), dtype, size));
}

/** @internal a tensor with a copy of host values, whose count was checked */
export function upload<D extends DType>(values: ArrayLike<number>, shape: Shape, dtype: D): Tensor<D> {
  const backend = currentBackend();
  assertSupported(backend, dtype);
  // Bytes given as bool may contain values other than 0 and 1.
  const asIs = dtype !== 'bool' && values.constructor === typedArray(dtype, 0).constructor;
  const typed = asIs ? (values as TypedArray) : typedArrayFrom(dtype, values);
  return new Tensor(shape, dtype, new Storage(backend, backend.upload(typed, dtype), dtype, typed.length));
}

/** @internal another tensor over the same buffer */
export function aliasOf<D extends DType>(x: Tensor<D>, shape: Shape): Tensor<D> {
  return new Tensor(shape, x.dtype, x.storage.retain());
}

/** @internal the same tensor to gradients, with the same id and buffer, but freed on its own */
export function handleOf<D extends DType>(x: Tensor<D>): Tensor<D> {
  return new Tensor(x.shape, x.dtype, x.storage.retain(), x.id);
}

/** Prints a tensor's values. @example print(tensor([1, 2])); */
export function print(x: Tensor, verbose = false): void {
  x.print(verbose);
}

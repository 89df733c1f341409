import type { TypedArray } from '../base/dtype.js';
import { DTypeError } from '../base/errors.js';
import { Storage } from '../tensor/storage.js';
import type { Tensor } from '../tensor/tensor.js';
import type { SummedGradients } from '../training/steps/summed-gradients.js';
import type { Replicas } from './replicas.js';

/** Gradients of at least this size are reduced in place; smaller ones are sent together. */
const IN_PLACE_BYTES = 2 ** 20;
/** Size of a bucket of small gradients, so that communication starts during the backward pass. */
const BUCKET_BYTES = 25 * 2 ** 20;

type Floats = Float32Array | Float64Array;
type Reduction = ReturnType<Replicas['startAllReduce']>;

/** A pending sum, and the gradients that receive its parts; none if they are reduced in place. */
interface Running {
  readonly reduction: Reduction;
  readonly values: Floats;
  readonly gradients: readonly Tensor[];
}

/**
 * Sums gradients over all processes during the backward pass: each is sent as soon as it is final, in the order
 * of the pass, which is the same on all processes. Gradients that are not in host memory are copied there during the
 * backward pass, and summed after it.
 */
export class GradientReducer implements SummedGradients {
  private waiting: Tensor[] = [];
  private waitingBytes = 0;
  private readonly running: Running[] = [];
  private readonly copies: { readonly gradient: Tensor; readonly values: Promise<TypedArray> }[] = [];

  constructor(private readonly replicas: Replicas) {}

  final(_: number, gradient: Tensor): void {
    assertFloat(gradient);
    const { backend, buffer, dtype, size } = gradient.storage;
    if (!backend.view) {
      this.copies.push({ gradient, values: backend.read(buffer, dtype, size) });
      return;
    }
    const values = backend.view(buffer, dtype, size) as Floats;
    if (values.byteLength >= IN_PLACE_BYTES) this.start(values, []);
    else this.collect(gradient, values.byteLength);
  }

  /** Let MPI make progress: a library without its own thread does so only while it is called. */
  progress(): void {
    this.running.find(({ reduction }) => !reduction.test());
  }

  /** Wait until every gradient is the sum over all processes. */
  finish(): void | Promise<void> {
    if (this.copies.length > 0) return this.finishCopies();
    this.send();
    for (const { reduction, values, gradients } of this.running.splice(0)) {
      reduction.wait();
      for (const [gradient, sum] of parts(gradients, values)) visible(gradient).set(sum);
    }
  }

  /** Sum the host copies, and write the sums back to the gradients. */
  private async finishCopies(): Promise<void> {
    const copies = this.copies.splice(0);
    for (const { gradient, values } of copies) this.start((await values) as Floats, [gradient]);
    for (const { reduction, values, gradients } of this.running.splice(0)) {
      reduction.wait();
      for (const [gradient, sum] of parts(gradients, values)) replace(gradient, sum);
    }
  }

  private start(values: Floats, gradients: readonly Tensor[]): void {
    this.running.push({ reduction: this.replicas.startAllReduce(values), values, gradients });
  }

  private collect(gradient: Tensor, bytes: number): void {
    this.waiting.push(gradient);
    this.waitingBytes += bytes;
    if (this.waitingBytes >= BUCKET_BYTES) this.send();
  }

  /** Send the collected small gradients as one array. */
  private send(): void {
    const gradients = this.waiting;
    if (gradients.length === 0) return;
    this.waiting = [];
    this.waitingBytes = 0;
    const size = gradients.reduce((total, gradient) => total + gradient.size, 0);
    const values = gradients[0].dtype === 'float64' ? new Float64Array(size) : new Float32Array(size);
    for (const [gradient, part] of parts(gradients, values)) part.set(visible(gradient));
    this.start(values, gradients);
  }
}

/** Each gradient with its part of the combined array. */
function* parts(gradients: readonly Tensor[], values: Floats): Generator<[Tensor, Floats]> {
  let offset = 0;
  for (const gradient of gradients) {
    yield [gradient, values.subarray(offset, offset + gradient.size)];
    offset += gradient.size;
  }
}

function assertFloat({ dtype }: Tensor): void {
  if (dtype === 'float32' || dtype === 'float64') return;
  throw new DTypeError(`distribute: a gradient is ${dtype}, expected float32 or float64`);
}

/** The values of a gradient, without a copy. */
const visible = ({ storage: { backend, buffer, dtype, size } }: Tensor): Floats =>
  backend.view!(buffer, dtype, size) as Floats;

/** Replace the values of a gradient. */
function replace(gradient: Tensor, values: Floats): void {
  const { storage } = gradient;
  const { backend, dtype, size } = storage;
  gradient.storage = new Storage(backend, backend.upload(values, dtype), dtype, size);
  storage.release();
}

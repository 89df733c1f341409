import { BackendError, DTypeError } from '../base/errors.js';
import type { Tensor } from '../tensor/tensor.js';
import type { SummedGradients } from '../training/steps/summed-gradients.js';
import type { Replicas } from './replicas.js';

/** Gradients from this size on are reduced where they lie; smaller ones travel together. */
const IN_PLACE_BYTES = 2 ** 20;
/** A bucket of small gradients is sent when it holds this much, so that sending begins while the walk goes on. */
const BUCKET_BYTES = 25 * 2 ** 20;

type Floats = Float32Array | Float64Array;
type Reduction = ReturnType<Replicas['startAllReduce']>;

/** Small gradients that travel as one array. */
interface Bucket {
  readonly values: Floats;
  readonly gradients: readonly Tensor[];
}

/**
 * Sums gradients over all processes while the backward walk goes on: each is sent as soon as it is final, in the order
 * of the walk, which is the same everywhere.
 */
export class GradientReducer implements SummedGradients {
  private waiting: Tensor[] = [];
  private waitingBytes = 0;
  private readonly running: { reduction: Reduction; bucket: Bucket | null }[] = [];

  constructor(private readonly replicas: Replicas) {}

  final(_: number, gradient: Tensor): void {
    const values = valuesOf(gradient);
    if (values.byteLength >= IN_PLACE_BYTES) {
      this.running.push({ reduction: this.replicas.startAllReduce(values), bucket: null });
      return;
    }
    this.waiting.push(gradient);
    this.waitingBytes += values.byteLength;
    if (this.waitingBytes >= BUCKET_BYTES) this.send();
  }

  /** Let the network move: a library that has no thread of its own does so only while it is called. */
  progress(): void {
    this.running.find(({ reduction }) => !reduction.test());
  }

  /** Wait until every gradient is the sum over all processes. */
  finish(): void {
    this.send();
    for (const { reduction, bucket } of this.running.splice(0)) {
      reduction.wait();
      if (!bucket) continue;
      let offset = 0;
      for (const gradient of bucket.gradients) {
        valuesOf(gradient).set(bucket.values.subarray(offset, offset + gradient.size));
        offset += gradient.size;
      }
    }
  }

  private send(): void {
    const gradients = this.waiting;
    if (gradients.length === 0) return;
    this.waiting = [];
    this.waitingBytes = 0;
    const size = gradients.reduce((total, gradient) => total + gradient.size, 0);
    const values = gradients[0].dtype === 'float64' ? new Float64Array(size) : new Float32Array(size);
    let offset = 0;
    for (const gradient of gradients) {
      values.set(valuesOf(gradient), offset);
      offset += gradient.size;
    }
    this.running.push({ reduction: this.replicas.startAllReduce(values), bucket: { values, gradients } });
  }
}

/** The numbers of a tensor where they lie. @throws BackendError where the host cannot see them */
export function valuesOf({ storage, dtype, size }: Tensor): Floats {
  if (dtype !== 'float32' && dtype !== 'float64') {
    throw new DTypeError(`distribute: a gradient is ${dtype}, expected float32 or float64`);
  }
  const { backend, buffer } = storage;
  if (!backend.view) {
    throw new BackendError(
      `distribute: the ${backend.name} backend keeps values out of the host's sight, expected cpu or wasm`,
    );
  }
  return backend.view(buffer, dtype, size) as Floats;
}

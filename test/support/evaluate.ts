import { valueAndGrads } from '../../src/autograd/gradients.js';
import type { DType, TypedArray } from '../../src/base/dtype.js';
import { isFloat } from '../../src/base/dtype.js';
import type { Shape } from '../../src/base/shape.js';
import { add, mul } from '../../src/ops/arithmetic.js';
import { sum } from '../../src/ops/broadcast.js';
import { normalValues } from '../../src/tensor/random.js';
import { dispose, tidy } from '../../src/tensor/scope.js';
import { type Tensor, upload } from '../../src/tensor/tensor.js';
import { type Case, outputsOf, type Tensors } from './case.js';
import { uploadInputs } from './inputs.js';

/** A tensor read back. */
export interface HostResult {
  readonly shape: Shape;
  readonly dtype: DType;
  readonly values: TypedArray;
}

const read = (tensor: Tensor): HostResult => ({
  shape: tensor.shape,
  dtype: tensor.dtype,
  values: tensor.dataSync(),
});

/** Σ of the float outputs, each weighted at random: a number whose gradient tells every output's gradient. */
export function weightedSum(outputs: readonly Tensor[]): Tensor {
  const parts = outputs
    .filter((output) => isFloat(output.dtype))
    .map((output, index) => sum(mul(output, upload(normalValues(output.size, index + 1), output.shape, output.dtype))));
  return parts.reduce((total, part) => add(total, part));
}

/** Gradients of a case's weighted sum with respect to its differentiable inputs. */
export function gradientsOf(each: Case, inputs: Tensors): Tensor[] {
  return tidy(() => {
    const f = (...xs: Tensor[]): Tensor => {
      const replaced = Object.fromEntries(each.differentiable.map((name, index) => [name, xs[index]]));
      return weightedSum(outputsOf(each.run({ ...inputs, ...replaced })));
    };
    return valueAndGrads(f)(each.differentiable.map((name) => inputs[name])).grads;
  });
}

/** Runs a case, forward and backward, on the current backend, and leaves nothing behind. */
export function evaluate(each: Case, float: 'float32' | 'float64'): Record<string, HostResult> {
  const inputs = uploadInputs(each.inputs(), float);
  try {
    return tidy(() => {
      const outputs = outputsOf(each.run(inputs)).map((output, index) => [`output ${index}`, read(output)]);
      if (each.differentiable.length === 0) return Object.fromEntries(outputs);
      const gradients = gradientsOf(each, inputs).map((gradient, index) => [
        `gradient of ${each.differentiable[index]}`,
        read(gradient),
      ]);
      return Object.fromEntries([...outputs, ...gradients]);
    });
  } finally {
    dispose(inputs);
  }
}

/** max |a − b| / max(1, max |b|); equal NaN and infinities count as equal. Infinite when only one of the two is. */
export function normalizedError(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let largest = 1;
  let error = 0;
  for (let i = 0; i < b.length; i++) {
    if (Object.is(a[i], b[i])) continue;
    if (!Number.isFinite(a[i]) || !Number.isFinite(b[i])) {
      if (a[i] !== b[i]) return Number.POSITIVE_INFINITY;
      continue;
    }
    error = Math.max(error, Math.abs(a[i] - b[i]));
  }
  for (let i = 0; i < b.length; i++) if (Number.isFinite(b[i])) largest = Math.max(largest, Math.abs(b[i]));
  return error / largest;
}

/** Whether two evaluations of a case agree to the last bit. */
export function sameBits(a: Readonly<Record<string, HostResult>>, b: Readonly<Record<string, HostResult>>): boolean {
  return Object.keys(a).every((what) => Buffer.compare(bytesOf(a[what]), bytesOf(b[what])) === 0);
}

const bytesOf = ({ values: { buffer, byteOffset, byteLength } }: HostResult): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength);

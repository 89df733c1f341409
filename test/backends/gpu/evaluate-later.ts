import { isFloat } from '../../../src/base/dtype.js';
import { sameShape } from '../../../src/base/shape.js';
import { dispose } from '../../../src/tensor/scope.js';
import type { Tensor } from '../../../src/tensor/tensor.js';
import { type Case, outputsOf } from '../../support/case.js';
import { gradientsOf, type HostResult, normalizedError } from '../../support/evaluate.js';
import { uploadInputs } from '../../support/inputs.js';

export type Results = Readonly<Record<string, HostResult>>;

/** Runs a case, forward and backward, and waits for the values: not every mode can be read at once. */
export async function evaluateLater(each: Case): Promise<Results> {
  const inputs = uploadInputs(each.inputs(), 'float32');
  const tensors = new Map<string, Tensor>();
  try {
    for (const [index, output] of outputsOf(each.run(inputs)).entries()) tensors.set(`output ${index}`, output);
    if (each.differentiable.length > 0) {
      for (const [index, gradient] of gradientsOf(each, inputs).entries()) {
        tensors.set(`gradient of ${each.differentiable[index]}`, gradient);
      }
    }
    const results: Record<string, HostResult> = {};
    for (const [what, tensor] of tensors) {
      results[what] = { shape: tensor.shape, dtype: tensor.dtype, values: await tensor.data() };
    }
    return results;
  } finally {
    dispose([...tensors.values(), ...Object.values(inputs)]);
  }
}

/** Describe the differences from the results in float64. */
export function differences(results: Results, expected: Results, tolerance: number): string[] {
  const found: string[] = [];
  if (Object.keys(results).join() !== Object.keys(expected).join()) found.push(`results: ${Object.keys(results)}`);
  for (const [what, { shape, dtype, values }] of Object.entries(results)) {
    const wanted = expected[what];
    if (!sameShape(shape, wanted.shape)) found.push(`${what} is [${shape}], expected [${wanted.shape}]`);
    if (dtype !== (wanted.dtype === 'float64' ? 'float32' : wanted.dtype)) found.push(`${what} is ${dtype}`);
    const error = normalizedError(values, wanted.values);
    if (!(error <= (isFloat(dtype) ? tolerance : 0))) found.push(`${what} is off by ${error}`);
  }
  return found;
}

/** The functions of a GPU's driver are less exact than those of the host: WGSL allows 2⁻¹¹ for sine, more for arcs. */
export const DRIVER_TOLERANCE = 1e-3;

/**
 * GLSL ES and WGSL let an implementation assume that no number is NaN or infinite; SwiftShader's webgl2 and webgpu do.
 */
export const WITHOUT_INFINITIES: readonly string[] = [
  'log of 0, of large and small values and of -1',
  'logSumExp of large and infinite values',
];

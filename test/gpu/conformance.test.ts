import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { backendInfo, setBackend } from '../../src/tensor/backends/registry.js';
import { isFloat } from '../../src/tensor/dtype.js';
import { dispose, memory } from '../../src/tensor/scope.js';
import type { Tensor } from '../../src/tensor/tensor.js';
import { cases } from '../cases/index.js';
import { type Case, outputsOf } from '../support/case.js';
import { evaluate, gradientsOf, type HostResult, normalizedError } from '../support/evaluate.js';
import { uploadInputs } from '../support/inputs.js';
import { MODES, startMode } from './modes.js';

type Results = Record<string, HostResult>;

const reference = new Map<string, Results>();

beforeAll(async () => {
  await setBackend('cpu');
  for (const each of cases) reference.set(each.name, evaluate(each, 'float64'));
});

afterAll(() => setBackend('cpu'));

/** Runs a case, forward and backward, and waits for the values: not every mode can be read at once. */
async function evaluateLater(each: Case): Promise<Results> {
  const inputs = uploadInputs(each.inputs(), 'float32');
  const tensors = new Map<string, Tensor>();
  try {
    for (const [index, output] of outputsOf(each.run(inputs)).entries()) tensors.set(`output ${index}`, output);
    if (each.differentiable.length > 0) {
      for (const [index, gradient] of gradientsOf(each, inputs).entries()) {
        tensors.set(`gradient of ${each.differentiable[index]}`, gradient);
      }
    }
    const results: Results = {};
    for (const [what, tensor] of tensors) {
      results[what] = { shape: tensor.shape, dtype: tensor.dtype, values: await tensor.data() };
    }
    return results;
  } finally {
    dispose([...tensors.values(), ...Object.values(inputs)]);
  }
}

/** The functions of a GPU's driver are less exact than those of the host: WGSL allows 2⁻¹¹ for sine, more for arcs. */
const DRIVER_TOLERANCE = 1e-3;

describe.each(MODES)('gpu.js in mode %s against cpu in float64', (mode) => {
  const onHost = mode === 'cpu' || mode === 'webasm';
  const tolerance = onHost ? 2e-5 : DRIVER_TOLERANCE;
  let before: ReturnType<typeof memory>;

  beforeAll(async () => {
    const { adapter } = await startMode(mode);
    expect(backendInfo().variant).toBe(`${mode} (${adapter})`);
    before = memory();
  });

  test.each(cases.map((each) => [each.name, each] as const))('%s', async (_, each) => {
    const results = await evaluateLater(each);
    const expected = reference.get(each.name)!;
    expect(Object.keys(results)).toEqual(Object.keys(expected));
    for (const [what, { shape, dtype, values }] of Object.entries(results)) {
      const wanted = expected[what];
      expect(shape, what).toEqual(wanted.shape);
      expect(dtype, what).toBe(wanted.dtype === 'float64' ? 'float32' : wanted.dtype);
      const error = normalizedError(values, wanted.values);
      const allowed = isFloat(dtype) ? Math.max(each.tolerance, tolerance) : 0;
      expect(error, `${what}: error ${error}`).toBeLessThanOrEqual(allowed);
    }
    expect(memory()).toEqual(before);
  });
});

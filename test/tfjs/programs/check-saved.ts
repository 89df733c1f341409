import { expect } from 'vitest';
import * as nabla from '../../../src/index.js';
import { tfjs } from '../../support/tfjs.js';

/* The end of every program: its model is saved in tfjs's form and loaded again, here and by tfjs 4.22. */

/** Why a program may skip half of its end. */
export const NEEDS_TFJS = 'tfjs is compared after npm install in bench/peers';

export function expectFalling(losses: readonly number[]): void {
  expect(losses.length).toBeGreaterThan(1);
  expect(losses.every(Number.isFinite)).toBe(true);
  expect(losses.at(-1)).toBeLessThan(losses[0]);
}

/** One input of a model: its values and its shape. */
interface Input {
  readonly values: Float32Array;
  readonly shape: readonly number[];
}

/**
 * Hold predictions of the loaded models against those of the trained one.
 * @param shape of a batch @param prepare tell tfjs of the program's own classes, before it loads
 */
export async function checkSaved(
  model: nabla.LayersModel,
  shape: readonly number[],
  prepare?: (tf: typeof nabla) => void,
): Promise<void> {
  if (tfjs) prepare?.(tfjs);
  const count = shape.reduce((product, size) => product * size, 1);
  const values = Float32Array.from({ length: count }, (_, i) => Math.sin(i * 1.7 + 1));
  await checkSavedOn(model, [{ values, shape }]);
}

/** `checkSaved` for models of several inputs, or of inputs that are not any numbers. */
export async function checkSavedOn(model: nabla.LayersModel, inputs: readonly Input[]): Promise<void> {
  let saved: nabla.io.ModelArtifacts | undefined;
  await model.save(
    nabla.io.withSaveHandler(async (artifacts) => {
      saved = artifacts;
      return null;
    }),
  );
  const expected = predictions(nabla, model, inputs);
  const again = await nabla.loadLayersModel(nabla.io.fromMemory(saved!));
  expect(predictions(nabla, again, inputs)).toEqual(expected);
  if (!tfjs) return;
  await tfjs.setBackend('cpu');
  const theirs = await tfjs.loadLayersModel(tfjs.io.fromMemory(saved!) as never);
  const given = predictions(tfjs, theirs, inputs);
  expect(given.length).toBe(expected.length);
  for (const [i, value] of given.entries()) {
    expect(Math.abs(value - expected[i])).toBeLessThanOrEqual(1e-5 * Math.max(1, Math.abs(value)));
  }
}

/** The values of all outputs, one after the other. */
function predictions(tf: typeof nabla, model: nabla.LayersModel, inputs: readonly Input[]): number[] {
  const tensors = inputs.map(({ values, shape }) => tf.tensor(values, [...shape]));
  const outputs = model.predict(tensors.length === 1 ? tensors[0] : tensors);
  return [outputs].flat().flatMap((output) => [...(output as nabla.Tensor).dataSync()].map(Number));
}

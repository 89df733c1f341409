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

/** Hold predictions of the loaded models against those of the trained one. @param shape of a batch */
export async function checkSaved(model: nabla.LayersModel, shape: readonly number[]): Promise<void> {
  let saved: nabla.io.ModelArtifacts | undefined;
  await model.save(
    nabla.io.withSaveHandler(async (artifacts) => {
      saved = artifacts;
      return null;
    }),
  );
  const count = shape.reduce((product, size) => product * size, 1);
  const inputs = Float32Array.from({ length: count }, (_, i) => Math.sin(i * 1.7 + 1));
  const expected = valuesOf(model.predict(nabla.tensor(inputs, [...shape])) as nabla.Tensor);
  const again = await nabla.loadLayersModel(nabla.io.fromMemory(saved!));
  expect(valuesOf(again.predict(nabla.tensor(inputs, [...shape])) as nabla.Tensor)).toEqual(expected);
  if (!tfjs) return;
  await tfjs.setBackend('cpu');
  const theirs = await tfjs.loadLayersModel(tfjs.io.fromMemory(saved!) as never);
  const given = valuesOf(theirs.predict(tfjs.tensor(inputs, [...shape])) as nabla.Tensor);
  expect(given.length).toBe(expected.length);
  for (const [i, value] of given.entries()) {
    expect(Math.abs(value - expected[i])).toBeLessThanOrEqual(1e-5 * Math.max(1, Math.abs(value)));
  }
}

const valuesOf = (tensor: nabla.Tensor): number[] => [...tensor.dataSync()].map(Number);

import ndarray, { type NdArray } from 'ndarray';
import { expect, test } from 'vitest';
import { tensor } from '../../src/index.js';
import { arrayView } from '../../src/tensor/array-view.js';

/* ndarray's own views are the right values. */

const data = () => Float32Array.from({ length: 60 }, (_, i) => i * 0.5);
const SHAPES = [[60], [5, 12], [3, 4, 5], [1, 3, 4, 5], [2, 3, 1, 2, 5]];

function contents(view: NdArray<Float32Array>) {
  const values: number[] = [];
  const walk = (at: number[]): void => {
    if (at.length === view.shape.length) values.push(view.get(...at));
    else for (let i = 0; i < view.shape[at.length]; i++) walk([...at, i]);
  };
  walk([]);
  const { shape, stride, offset, size, dimension, dtype, order } = view;
  return { values, shape, stride, offset, size, dimension, dtype, order };
}

type View = NdArray<Float32Array>;
const VIEWS: Record<string, (view: View) => View> = {
  itself: (view) => view,
  hi: (view) => view.hi(...view.shape.map((size) => Math.max(1, size - 1))),
  'hi of the first axis': (view) => view.hi(1),
  lo: (view) => view.lo(...view.shape.map((size) => Math.min(1, size - 1))),
  'lo and hi': (view) => view.lo(...view.shape.map((size) => Math.min(1, size - 1))).hi(1),
  'step of 2': (view) => view.step(...view.shape.map(() => 2)),
  'step backwards': (view) => view.step(...view.shape.map((_, axis) => (axis % 2 ? -1 : -2))),
  transpose: (view) => view.transpose(...view.shape.map((_, axis) => view.dimension - 1 - axis)),
  pick: (view) => (view.dimension > 1 ? view.pick(1 % view.shape[0]) : view),
  'pick of the last axis': (view) =>
    view.dimension > 1 ? view.pick(...view.shape.map((_, axis) => (axis === view.dimension - 1 ? 1 : null))) : view,
  'step of a part, transposed': (view) =>
    view
      .lo(0)
      .step(1, -1)
      .transpose(...view.shape.map((_, axis) => view.dimension - 1 - axis)),
};

test.each(SHAPES.flatMap((shape) => Object.keys(VIEWS).map((name) => [shape, name] as const)))(
  '%j: %s',
  (shape, name) => {
    const [own, theirs] = [arrayView(data(), shape), ndarray(data(), [...shape])].map((view) => VIEWS[name](view));
    expect(contents(own)).toEqual(contents(theirs));
  },
);

test('set writes, and returns the value', () => {
  const view = arrayView(data(), [5, 12]).transpose(1, 0);
  expect(view.set(3, 2, -1)).toBe(-1);
  expect([view.get(3, 2), view.data[2 * 12 + 3]]).toEqual([-1, -1]);
});

test.each([Uint8Array, Uint8ClampedArray, Int32Array, Float64Array])('%o has its name', (Type) => {
  const values = new Type(4);
  expect(arrayView(values as Uint8Array, [2, 2]).dtype).toBe(ndarray(values, [2, 2]).dtype);
});

test('makes a tensor, as every ndarray', () => {
  const view = arrayView(data(), [5, 12]).step(1, -2).pick(2);
  expect(Array.from(tensor(view).dataSync())).toEqual(Array.from({ length: 6 }, (_, i) => view.get(i)));
});

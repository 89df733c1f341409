import vm from 'node:vm';
import { expect, test } from 'vitest';
import { dispose, scalar, type Tensor, tidy } from '../../src/index.js';

/* Containers of tensors: each is returned by a tidy, which keeps its tensors, and freed by dispose. */

const from = (code: string, x: Tensor): unknown => vm.runInNewContext(code, { x });

test.each<[string, (x: Tensor) => unknown]>([
  ['an array', (x) => [x]],
  ['a named property of an array', (x) => Object.assign([], { named: x })],
  ['an object', (x) => ({ x })],
  ['an object without a prototype', (x) => Object.assign(Object.create(null), { x })],
  ['a Map', (x) => new Map([['x', x]])],
  ['a Set', (x) => new Set([x])],
  ['containers in containers', (x) => ({ list: [new Map([['set', new Set([x])]])] })],
  ['an array of another realm', (x) => from('[x]', x)],
  ['an object of another realm', (x) => from('({ x })', x)],
  ['a Map of another realm', (x) => from("new Map([['x', x]])", x)],
  ['a Set of another realm', (x) => from('new Set([x])', x)],
])('%s', (_, hold) => {
  let x!: Tensor;
  const container = tidy(() => {
    x = scalar(1);
    return hold(x);
  });
  expect(x.isDisposed).toBe(false);
  dispose(container);
  expect(x.isDisposed).toBe(true);
});

import { div, maximum, mul, sub } from '../../../src/ops/arithmetic.js';
import { sum, tile } from '../../../src/ops/broadcast.js';
import { greaterEqual } from '../../../src/ops/comparison.js';
import { concat } from '../../../src/ops/concat.js';
import { cumsum } from '../../../src/ops/cumulative.js';
import { gather } from '../../../src/ops/gather.js';
import { matMul } from '../../../src/ops/matmul.js';
import { mirrorPad, pad } from '../../../src/ops/pad.js';
import { argMax, logSumExp, max, mean, min, prod } from '../../../src/ops/reductions.js';
import { reverse } from '../../../src/ops/reverse.js';
import { stridedSlice } from '../../../src/ops/slice.js';
import { logSoftmax, softmax } from '../../../src/ops/softmax.js';
import { topk } from '../../../src/ops/top-k.js';
import { transpose } from '../../../src/ops/transpose.js';
import { type Case, defineCase } from '../../support/case.js';
import { awayFrom, integers, normal, uniform, wholeFloats } from '../../support/inputs.js';
import type { Draw } from './draw.js';

/* Ops over axes in any number and order, stretched, stepped through, reduced and put together. */

/** A shape that broadcasts to the given one. */
const stretchable = (draw: Draw, shape: readonly number[]): number[] =>
  shape.slice(draw.flag(0.7) ? 0 : draw.integer(0, shape.length)).map((size) => (draw.flag(0.3) ? 1 : size));

export function broadcasting(draw: Draw): Case {
  const shape = draw.shape(0, 5, 9);
  const [a, b] = [stretchable(draw, shape), stretchable(draw, shape)];
  const op = draw.pick([sub, mul, div, maximum, greaterEqual]);
  return defineCase('broadcasting', JSON.stringify({ op: op.name, a, b, draw: draw.integer(0, 2 ** 20) }), {
    inputs: { a: normal(...a), b: awayFrom([0], 1, ...b) },
    run: ({ a, b }) => op(a, b),
    differentiable: op === greaterEqual ? [] : ['a', 'b'],
  });
}

export function reducing(draw: Draw): Case {
  const x = draw.flag() ? draw.shape(0, 5) : [draw.integer(1, 3), draw.integer(1, 300), draw.integer(1, 40)];
  const [op, keepDims] = [draw.pick([sum, mean, max, min, prod, logSumExp]), draw.flag()];
  const axes = draw.flag(0.2) ? undefined : draw.subset(x.length);
  const make = op === prod ? uniform(0.9, 1.1, ...x) : draw.flag() ? wholeFloats(-3, 4, ...x) : normal(...x);
  return defineCase('reduction', JSON.stringify({ op: op.name, x, axes, keepDims, draw: draw.integer(0, 2 ** 20) }), {
    inputs: { x: make },
    run: ({ x }) => op(x, axes, keepDims),
  });
}

export function ranking(draw: Draw): Case {
  const x = [...draw.shape(0, 3), draw.integer(1, 90)];
  const [k, axis] = [draw.integer(1, x[x.length - 1]), draw.axis(x.length)];
  return defineCase('ranking', JSON.stringify({ x, k, axis }), {
    inputs: { x: wholeFloats(-5, 5, ...x) },
    run: ({ x }) => [argMax(x, axis), ...Object.values(topk(x, k))],
  });
}

export function normalizing(draw: Draw): Case {
  const x = draw.shape(1, 4, 12);
  const [op, axis, scale] = [draw.pick([softmax, logSoftmax]), draw.axis(x.length), draw.pick([1, 10, 1000, 1e30])];
  return defineCase(op.name, JSON.stringify({ x, axis, scale }), {
    inputs: { x: uniform(-scale, scale, ...x) },
    run: ({ x }) => op(x, axis),
  });
}

export function multiplying(draw: Draw): Case {
  const size = () => draw.pick([0, draw.integer(1, 5), draw.integer(1, 70), draw.integer(1, 130)]);
  const [m, k, n] = [size(), size(), size()];
  const [transposeA, transposeB, lead] = [draw.flag(), draw.flag(), draw.shape(0, 2, 3)];
  const a = [...stretchable(draw, lead), ...(transposeA ? [k, m] : [m, k])];
  const b = [...stretchable(draw, lead), ...(transposeB ? [n, k] : [k, n])];
  return defineCase('matMul', JSON.stringify({ a, b, transposeA, transposeB }), {
    inputs: { a: normal(...a), b: normal(...b) },
    run: ({ a, b }) => matMul(a, b, transposeA, transposeB),
  });
}

export function stepping(draw: Draw): Case {
  const x = draw.shape(1, 5, 9);
  const bounds = () => x.map((size) => draw.integer(-size - 2, size + 2));
  const [begin, end, strides] = [bounds(), bounds(), x.map(() => draw.pick([1, 2, 3, -1, -2]))];
  return defineCase('stridedSlice', JSON.stringify({ x, begin, end, strides }), {
    inputs: { x: normal(...x) },
    run: ({ x }) => stridedSlice(x, begin, end, strides),
  });
}

export function bordering(draw: Draw): Case {
  const x = draw.shape(0, 5, 6);
  const mode = draw.pick(['constant', 'reflect', 'symmetric'] as const);
  const most = (size: number) => ({ constant: 4, reflect: size - 1, symmetric: size })[mode];
  const paddings = x.map((size): [number, number] => [draw.integer(0, most(size)), draw.integer(0, most(size))]);
  return defineCase('pad', JSON.stringify({ x, paddings, mode }), {
    inputs: { x: normal(...x) },
    run: ({ x }) => (mode === 'constant' ? pad(x, paddings, 3) : mirrorPad(x, paddings, mode)),
  });
}

export function moving(draw: Draw): Case {
  const x = draw.shape(1, 5);
  const order = draw.list(x.length, () => draw.integer(0, 2 ** 20));
  const permutation = x.map((_, axis) => axis).sort((a, b) => order[a] - order[b]);
  const [turned, repetitions, axis] = [draw.subset(x.length), x.map(() => draw.integer(0, 2)), draw.axis(x.length)];
  const indices = draw.shape(0, 2);
  return defineCase('movement', JSON.stringify({ x, permutation, turned, repetitions, axis, indices }), {
    inputs: { x: normal(...x), indices: integers(0, x.at(axis)!, ...indices) },
    run: ({ x, indices }) => [
      transpose(x, permutation),
      reverse(x, turned),
      tile(x, repetitions),
      concat([x, reverse(x, axis), x], axis),
      gather(x, indices, axis),
      cumsum(x, axis, true),
    ],
  });
}

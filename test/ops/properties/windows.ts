import type { Activation } from '../../../src/backends/kernels.js';
import type { Padding } from '../../../src/base/geometry.js';
import { avgPool } from '../../../src/ops/avg-pool.js';
import { fusedConv2d } from '../../../src/ops/conv2d.js';
import { conv2dTranspose } from '../../../src/ops/conv2d-transpose.js';
import { depthwiseConv2d } from '../../../src/ops/depthwise-conv2d.js';
import { maxPool, maxPoolWithArgmax } from '../../../src/ops/max-pool.js';
import { resizeBicubic, resizeBilinear, resizeNearestNeighbor } from '../../../src/ops/resize.js';
import { type Case, defineCase } from '../../support/case.js';
import { distinct, normal, uniform, wholeFloats } from '../../support/inputs.js';
import type { Draw } from './draw.js';

/* Ops that slide windows over images: no image at all, one pixel, filters and paddings larger than the image. */

const channels = (draw: Draw): number => draw.pick([draw.integer(1, 5), draw.integer(1, 20), draw.integer(1, 70)]);
const batch = (draw: Draw): number => draw.pick([0, 1, 1, 2, 3]);
const side = (draw: Draw): number => draw.pick([1, 2, draw.integer(1, 6), draw.integer(1, 16)]);
const both = (draw: Draw, most: number): [number, number] => [draw.integer(1, most), draw.integer(1, most)];

function padding(draw: Draw, most: number): Padding {
  const sides = (): [number, number] => [draw.integer(0, most), draw.integer(0, most)];
  return draw.pick(['same', 'valid', [sides(), sides()]] as const);
}

/** Smooth ones: near a kink float32 and float64 may be on two sides. */
const SMOOTH: readonly (Activation | null)[] = [null, 'sigmoid', 'tanh'];

export function conv2d(draw: Draw): Case {
  const groups = draw.pick([1, 1, 1, 2, 3]);
  const [groupIn, groupOut] = [channels(draw), channels(draw)].map((count) => Math.ceil(count / groups));
  const x = [batch(draw), side(draw), side(draw), groupIn * groups];
  const filter = [...both(draw, 5), groupIn, groupOut * groups];
  const options = {
    strides: draw.flag() ? 1 : both(draw, 4),
    padding: padding(draw, 5),
    dilations: draw.flag() ? 1 : both(draw, 3),
    groups,
    activation: draw.pick(SMOOTH),
  };
  return defineCase('conv2d', JSON.stringify({ x, filter, ...options }), {
    inputs: { x: normal(...x), filter: uniform(-0.1, 0.1, ...filter), bias: normal(filter[3]) },
    run: ({ x, filter, bias }) => fusedConv2d({ x, filter, bias, ...options }),
  });
}

/** 3×3 at stride 1 with many channels: the shapes that may be convolved in tiles. */
export function tiledConv2d(draw: Draw): Case {
  const x = [batch(draw), draw.integer(1, 17), draw.integer(1, 17), draw.integer(16, 40)];
  const filter = [3, 3, x[3], draw.integer(16, 40)];
  const options = { padding: padding(draw, draw.pick([2, 7])), activation: draw.pick(SMOOTH) };
  return defineCase('conv2d', `in tiles ${JSON.stringify({ x, filter, ...options })}`, {
    inputs: { x: normal(...x), filter: uniform(-0.1, 0.1, ...filter), bias: normal(filter[3]) },
    run: ({ x, filter, bias }) => fusedConv2d({ x, filter, bias, ...options }),
  });
}

export function depthwise(draw: Draw): Case {
  const x = [batch(draw), side(draw), side(draw), channels(draw)];
  const filter = [...both(draw, 5), x[3], draw.pick([1, 1, 2, 3])];
  const [strides, pads, dilations] = [
    draw.flag() ? 1 : both(draw, 4),
    padding(draw, 5),
    draw.flag() ? 1 : both(draw, 3),
  ];
  return defineCase('depthwiseConv2d', JSON.stringify({ x, filter, strides, pads, dilations }), {
    inputs: { x: normal(...x), filter: normal(...filter) },
    run: ({ x, filter }) => depthwiseConv2d(x, filter, strides, pads, 'NHWC', dilations),
  });
}

export function transposed(draw: Draw): Case {
  const [strides, filterSize] = [both(draw, 3), both(draw, 4)];
  const x = [batch(draw), side(draw), side(draw), channels(draw)];
  const out = [x[0], x[1] * strides[0], x[2] * strides[1], channels(draw)];
  const filter = [...filterSize, out[3], x[3]];
  return defineCase('conv2dTranspose', JSON.stringify({ x, filter, strides }), {
    inputs: { x: normal(...x), filter: uniform(-0.3, 0.3, ...filter) },
    run: ({ x, filter }) => conv2dTranspose(x, filter, out, strides, 'same'),
  });
}

export function pooling(draw: Draw): Case {
  const x = [batch(draw), side(draw), side(draw), channels(draw)];
  const [window, strides, pads] = [both(draw, 5), both(draw, 4), padding(draw, draw.pick([1, 6]))];
  const setting = JSON.stringify({ x, window, strides, pads });
  if (draw.flag()) {
    return defineCase('avgPool', setting, {
      inputs: { x: normal(...x) },
      run: ({ x }) => avgPool(x, window, strides, pads),
    });
  }
  const ties = (...shape: number[]) => wholeFloats(-2, 3, ...shape);
  const [make, withPlaces] = [draw.pick([distinct, ties]), draw.flag(0.3)];
  return defineCase('maxPool', setting, {
    inputs: { x: make(...x) },
    run: ({ x }) =>
      withPlaces ? Object.values(maxPoolWithArgmax(x, window, strides, pads)) : maxPool(x, window, strides, pads),
  });
}

export function resizing(draw: Draw): Case {
  const x = [batch(draw), side(draw), side(draw), channels(draw)];
  const [size, alignCorners] = [both(draw, 20), draw.flag()];
  const op = draw.pick([resizeBilinear, resizeNearestNeighbor, resizeBicubic]);
  return defineCase(op.name, JSON.stringify({ x, size, alignCorners }), {
    inputs: { x: normal(...x) },
    run: ({ x }) => op(x, size, alignCorners),
  });
}

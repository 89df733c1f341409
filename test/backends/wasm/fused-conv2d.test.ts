import { describe, test } from 'vitest';
import { convGeometry, type Padding } from '../../../src/base/geometry.js';
import type { Shape } from '../../../src/base/shape.js';
import { check, normal } from './against-cpu.js';

const SHAPES: readonly { x: Shape; filter: Shape; padding: Padding; strides: number; groups: number }[] = [
  { x: [2, 7, 7, 13], filter: [1, 1, 13, 21], padding: 'valid', strides: 1, groups: 1 },
  { x: [1, 9, 8, 6], filter: [3, 3, 6, 10], padding: 'same', strides: 2, groups: 1 },
  { x: [2, 6, 6, 8], filter: [3, 3, 4, 12], padding: 'same', strides: 1, groups: 2 },
  { x: [1, 5, 5, 3], filter: [5, 5, 3, 17], padding: 'same', strides: 1, groups: 1 },
  { x: [1, 14, 14, 9], filter: [1, 1, 9, 700], padding: 'valid', strides: 2, groups: 1 },
];

describe.each(SHAPES)('[$x] with filter [$filter], strides $strides, groups $groups', (shape) => {
  const { x, filter, padding, strides, groups } = shape;
  const geometry = convGeometry('conv2d', x, filter, { strides, padding, dilations: 1, groups });
  const { batch, outHeight, outWidth, outChannels } = geometry;
  const y = [batch, outHeight, outWidth, outChannels];
  const inputs = () => [normal(...x), normal(...filter), normal(outChannels), normal(outChannels), normal(...y)];
  const outputs: ['float32', Shape][] = [['float32', y]];

  test.each(['relu', 'tanh', null] as const)('scale, bias, residual and %s', (activation) => {
    check('fusedConv2d', {
      inputs: inputs(),
      outputs,
      tolerance: 2e-6,
      run: (kernels, [images, cells, scale, bias, residual], [out]) =>
        kernels.fusedConv2d!(images, cells, out, geometry, { scale, bias, residual, activation, alpha: 0 }),
    });
  });

  test.each(['scale', 'bias', 'residual'] as const)('only %s', (part) => {
    check('fusedConv2d', {
      inputs: inputs(),
      outputs,
      tolerance: 2e-6,
      run: (kernels, [images, cells, scale, bias, residual], [out]) => {
        const none = { scale: null, bias: null, residual: null, activation: null, alpha: 0 };
        kernels.fusedConv2d!(images, cells, out, geometry, { ...none, [part]: { scale, bias, residual }[part] });
      },
    });
  });
});

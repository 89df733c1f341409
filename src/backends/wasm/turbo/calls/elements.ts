import type { Activation, BinaryFunction, Comparison, UnaryFunction } from '../../../function-names.js';
import { BinaryNumber, ComparisonNumber, UnaryNumber } from '../../functions.js';
import { changed, family, flags, indices, type KernelCall, positive, result, signed } from '../kernel-call.js';

/** The names in an enum. */
const namesIn = (numbers: object): string[] => Object.values(numbers).filter((value) => typeof value === 'string');

const ACTIVATIONS: readonly Activation[] = ['relu', 'relu6', 'leakyRelu', 'elu', 'selu', 'sigmoid', 'tanh'];

function functions(size: number): KernelCall[] {
  const x = signed(size);
  const elementwise = family('elementwise');
  const gradients = family('gradients of activations');
  return [
    ...namesIn(UnaryNumber).map((fn) =>
      elementwise([x, result([size])], (kernels, [values, out]) =>
        kernels.unary(fn as UnaryFunction, values, out, 0.3, 0.7),
      ),
    ),
    ...ACTIVATIONS.map((fn) =>
      gradients([x, positive(size), result([size])], (kernels, [dy, y, out]) =>
        kernels.activationGradient(fn, dy, y, out, 0.3),
      ),
    ),
  ];
}

/** Of operands of one shape, and of one that is a row for all rows of the other. */
function pairs(rows: number, size: number): KernelCall[] {
  const [row, matrix] = [signed(size), signed(rows, size)];
  return [
    ...namesIn(BinaryNumber).flatMap((fn) =>
      [row, matrix].map((a) =>
        family('elementwise')([a, row, result(a.shape)], (kernels, [left, right, out]) =>
          kernels.binary(fn as BinaryFunction, left, right, out),
        ),
      ),
    ),
    ...namesIn(ComparisonNumber).map((fn) =>
      family('comparisons')([matrix, row, result(matrix.shape, 'bool')], (kernels, [left, right, out]) =>
        kernels.compare(fn as Comparison, left, right, out),
      ),
    ),
    family('comparisons')(
      [flags(rows, size), matrix, row, result(matrix.shape)],
      (kernels, [condition, left, right, out]) => kernels.select(condition, left, right, out),
    ),
  ];
}

function casts(size: number): KernelCall[] {
  const cast = family('casts');
  return [
    cast([indices(size), result([size])], (kernels, [x, out]) => kernels.cast(x, out)),
    cast([flags(size), result([size])], (kernels, [x, out]) => kernels.cast(x, out)),
    cast([signed(size), result([size], 'bool')], (kernels, [x, out]) => kernels.cast(x, out)),
  ];
}

function creation(size: number): KernelCall[] {
  const state = { key: 3, counter: 5 };
  return [
    family('creation')([result([size])], (kernels, [out]) => kernels.fill(out, 0.5)),
    family('creation')([indices(size), result([size, 5])], (kernels, [x, out]) => kernels.oneHot(x, out, 1, 0)),
    family('random numbers')([result([size])], (kernels, [out]) => kernels.randomUniform(out, state, -1, 1)),
    family('random numbers')([result([size])], (kernels, [out]) => kernels.dropoutMask(out, state, 0.3)),
  ];
}

function updates(size: number): KernelCall[] {
  const update = family('updates');
  const gradient = signed(size);
  const [weight, sum] = [changed(signed(size)), changed(positive(size))];
  const adam = { stepSize: 0.01, beta1: 0.9, beta2: 0.99, epsilon: 1e-7, decay: 0.01 };
  return [
    update([weight, weight, gradient], (kernels, [w, velocity, g]) =>
      kernels.sgdUpdate([{ weight: w, state: [velocity], gradient: g }], {
        learningRate: 0.1,
        momentum: 0.9,
        nesterov: true,
      }),
    ),
    update([weight, gradient], (kernels, [w, g]) =>
      kernels.sgdUpdate([{ weight: w, state: [], gradient: g }], { learningRate: 0.1, momentum: 0, nesterov: false }),
    ),
    update([weight, weight, sum, gradient], (kernels, [w, m, v, g]) =>
      kernels.adamUpdate([{ weight: w, state: [m, v], gradient: g }], adam),
    ),
    update([weight, sum, weight, gradient], (kernels, [w, square, velocity, g]) =>
      kernels.rmspropUpdate([{ weight: w, state: [square, velocity], gradient: g }], {
        learningRate: 0.1,
        rho: 0.9,
        momentum: 0.9,
        epsilon: 1e-3,
      }),
    ),
    update([weight, sum, gradient], (kernels, [w, accumulator, g]) =>
      kernels.adagradUpdate([{ weight: w, state: [accumulator], gradient: g }], { learningRate: 0.1, epsilon: 1e-3 }),
    ),
  ];
}

export const ELEMENT_CALLS: readonly KernelCall[] = [
  ...functions(53),
  ...pairs(3, 53),
  ...casts(53),
  ...creation(53),
  ...updates(53),
];

import { afterAll, describe, expect, test } from 'vitest';
import { cpuKernels } from '../../src/tensor/backends/cpu/index.js';
import type {
  Activation,
  Kernels,
  Operand,
  RandomState,
  Taps,
  UnaryFunction,
} from '../../src/tensor/backends/kernels.js';
import { WasmBackend } from '../../src/tensor/backends/wasm/index.js';
import { type DType, type TypedArray, typedArray, typedArrayFrom } from '../../src/tensor/dtype.js';
import { poolGeometry } from '../../src/tensor/geometry.js';
import { normalValues, uniformValues } from '../../src/tensor/random.js';
import { type Shape, sizeOf } from '../../src/tensor/shape.js';

interface HostOperand {
  readonly shape: Shape;
  readonly dtype: DType;
  readonly values: TypedArray;
}

/** float32 values; a reference run reads the same ones as float64. */
const floats = (shape: Shape, values: Iterable<number>): HostOperand => ({
  shape,
  dtype: 'float32',
  values: Float32Array.from(values),
});

let seed = 1;
const normal = (...shape: number[]): HostOperand => floats(shape, normalValues(sizeOf(shape), seed++));
const positive = (...shape: number[]): HostOperand =>
  floats(
    shape,
    uniformValues(sizeOf(shape), seed++).map((u) => u + 0.01),
  );
const whole = (limit: number, ...shape: number[]): HostOperand =>
  floats(
    shape,
    uniformValues(sizeOf(shape), seed++).map((u) => Math.floor(u * limit)),
  );
const integers = (limit: number, ...shape: number[]): HostOperand => ({
  ...whole(limit, ...shape),
  dtype: 'int32',
  values: Int32Array.from(whole(limit, ...shape).values),
});
const booleans = (...shape: number[]): HostOperand => ({
  ...whole(2, ...shape),
  dtype: 'bool',
  values: Uint8Array.from(whole(2, ...shape).values),
});

/** Runs a kernel over operands that it reads or changes; `outputs` start as garbage. */
interface Call {
  readonly inputs: readonly HostOperand[];
  readonly outputs?: readonly (readonly [DType, Shape])[];
  readonly tolerance?: number;
  run<Buffer>(kernels: Kernels<Buffer>, inputs: Operand<Buffer>[], outputs: Operand<Buffer>[]): void;
}

const backends = (['simd', 'relaxed'] as const)
  .flatMap((variant) =>
    [1, 2, 3].map((threads) => ({ variant, threads, backend: new WasmBackend({ variant, threads }) })),
  )
  .filter(({ variant, backend }) => backend.info().variant === variant);

afterAll(() => {
  for (const { backend } of backends) backend.dispose();
});

/** All operands after the run, in float64. */
function expected({ inputs, outputs = [], run }: Call): TypedArray[] {
  const wide = (dtype: DType): DType => (dtype === 'float32' ? 'float64' : dtype);
  const operand = (dtype: DType, shape: Shape, buffer: TypedArray) => ({ dtype, shape, size: sizeOf(shape), buffer });
  const given = inputs.map(({ shape, dtype, values }) =>
    operand(wide(dtype), shape, typedArrayFrom(wide(dtype), values)),
  );
  const made = outputs.map(([dtype, shape]) => operand(wide(dtype), shape, typedArray(wide(dtype), sizeOf(shape))));
  run(cpuKernels, given, made);
  return [...given, ...made].map(({ buffer }) => buffer);
}

function results({ inputs, outputs = [], run }: Call, backend: WasmBackend): TypedArray[] {
  const operand = (dtype: DType, shape: Shape, values: TypedArray): Operand<number> => ({
    ...{ dtype, shape, size: sizeOf(shape) },
    buffer: backend.upload(values, dtype),
  });
  const given = inputs.map(({ shape, dtype, values }) => operand(dtype, shape, values));
  const made = outputs.map(([dtype, shape]) => operand(dtype, shape, typedArray(dtype, sizeOf(shape)).fill(7)));
  const all = [...given, ...made];
  run(backend.kernels, given, made);
  const read = all.map(({ buffer, dtype, size }) => backend.readSync(buffer, dtype, size));
  for (const { buffer } of all) backend.free(buffer);
  return read;
}

/** max |a − b| / max(1, max |b|), where NaN and infinities must agree. */
function error(actual: TypedArray, wanted: TypedArray): number {
  let largest = 1;
  let difference = 0;
  for (let i = 0; i < wanted.length; i++) {
    if (Number.isFinite(Math.fround(wanted[i])) && Number.isFinite(actual[i])) {
      largest = Math.max(largest, Math.abs(wanted[i]));
      difference = Math.max(difference, Math.abs(actual[i] - wanted[i]));
    } else if (!Object.is(actual[i], Math.fround(wanted[i]))) return Number.POSITIVE_INFINITY;
  }
  return difference / largest;
}

function check(name: string, call: Call): void {
  const wanted = expected(call);
  let single: TypedArray[] = [];
  for (const { variant, threads, backend } of backends) {
    const actual = results(call, backend);
    if (threads === 1) single = actual;
    for (const [index, values] of actual.entries()) {
      const where = () => `${name}, operand ${index}, ${variant}, ${threads} threads`;
      const difference = error(values, wanted[index]);
      if (difference > (call.tolerance ?? 1e-6)) expect.fail(`${where()}: differs from cpu by ${difference}`);
      const [bytes, singleBytes] = [values, single[index]].map((array) => Buffer.from(array.buffer));
      if (!bytes.equals(singleBytes)) expect.fail(`${where()}: other bits than on 1 thread`);
    }
  }
}

test('both variants run, with 1 to 3 threads', () => {
  expect(backends.map(({ variant, backend }) => [variant, backend.info().threads])).toEqual(
    ['simd', 'relaxed'].flatMap((variant) => [1, 2, 3].map((threads) => [variant, threads])),
  );
});

/** Below a vector, between vectors, one tile and several. */
const SIZES = [...Array.from({ length: 70 }, (_, i) => i + 1), 16383, 16385, 50001];

const SPECIAL = [
  Number.NaN,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
  0,
  -0,
  1e-40,
  -1e-40,
  3e38,
  -3e38,
  1,
  -1,
];

const UNARY: readonly UnaryFunction[] = [
  ...(['relu', 'relu6', 'leakyRelu', 'elu', 'selu', 'sigmoid', 'tanh', 'abs', 'neg', 'sign', 'ceil', 'floor'] as const),
  ...(['round', 'reciprocal', 'square', 'sqrt', 'rsqrt', 'exp', 'log', 'softplus', 'silu', 'step', 'clip'] as const),
];

describe('unary', () => {
  const unary = (fn: UnaryFunction, x: HostOperand): Call => ({
    inputs: [x],
    outputs: [['float32', x.shape]],
    run: (kernels, [operand], [out]) => kernels.unary(fn, operand, out, fn === 'clip' ? -0.5 : 0.3, 0.75),
  });

  test.each(UNARY)('%s', (fn) => {
    const needsPositive = ['log', 'sqrt', 'rsqrt', 'reciprocal'].includes(fn);
    for (const size of SIZES) check(`${fn} of ${size}`, unary(fn, needsPositive ? positive(size) : normal(size)));
    check(`${fn} of special values`, unary(fn, floats([SPECIAL.length], SPECIAL)));
  });

  /** Largest |f(x) − exact| / |exact| over even steps. */
  function relativeError(
    backend: WasmBackend,
    fn: UnaryFunction,
    low: number,
    high: number,
    exact: (x: number) => number,
  ) {
    const count = 100_000;
    const x = floats(
      [count],
      Array.from({ length: count }, (_, i) => low + ((high - low) * i) / (count - 1)),
    );
    const y = results(unary(fn, x), backend)[1];
    let worst = 0;
    for (const [i, value] of x.values.entries()) {
      const wanted = exact(value);
      if (wanted !== 0) worst = Math.max(worst, Math.abs(y[i] - wanted) / Math.abs(wanted));
    }
    return worst;
  }

  test('polynomials hold two units in the last place', () => {
    const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));
    for (const { backend } of backends) {
      expect(relativeError(backend, 'exp', -87, 88.7, Math.exp)).toBeLessThan(2.4e-7);
      expect(relativeError(backend, 'log', 1e-30, 2, Math.log)).toBeLessThan(2.4e-7);
      expect(relativeError(backend, 'log', 2, 1e30, Math.log)).toBeLessThan(2.4e-7);
      expect(relativeError(backend, 'tanh', -10, 10, Math.tanh)).toBeLessThan(2.4e-7);
      expect(relativeError(backend, 'sigmoid', -87, 20, sigmoid)).toBeLessThan(3e-7);
      expect(relativeError(backend, 'softplus', -80, 20, (x) => Math.log1p(Math.exp(x)))).toBeLessThan(4e-7);
      expect(relativeError(backend, 'silu', -80, 20, (x) => x * sigmoid(x))).toBeLessThan(4e-7);
    }
  });

  test('in place', () => {
    const run: Call['run'] = (kernels, [x]) => kernels.unary('tanh', x, x, 0, 0);
    check('tanh in place', { inputs: [normal(1001)], run });
  });
});

const ACTIVATIONS: readonly Activation[] = ['relu', 'relu6', 'leakyRelu', 'elu', 'selu', 'sigmoid', 'tanh'];

test.each(ACTIVATIONS)('activationGradient of %s', (fn) => {
  for (const size of SIZES) {
    check(`${fn} of ${size}`, {
      inputs: [normal(size), normal(size)],
      outputs: [['float32', [size]]],
      run: (kernels, [dy, y], [out]) => kernels.activationGradient(fn, dy, y, out, 0.3),
    });
  }
});

/** Shapes of two operands that broadcast. */
const PAIRS: readonly (readonly [Shape, Shape])[] = [
  ...SIZES.filter((size) => size < 10 || size > 60).map((size): [Shape, Shape] => [[size], [size]]),
  ...[1, 2, 3, 4, 6, 7, 16, 63, 64, 130, 4100, 5001].map((size): [Shape, Shape] => [[9, size], [size]]),
  [[], [33]],
  [[5000, 7], []],
  [[7], [5000, 7]],
  [
    [300, 5, 10],
    [300, 1, 10],
  ],
  [
    [31, 1],
    [1, 17],
  ],
  [
    [1, 5],
    [5, 1],
  ],
  [[1, 3], [3]],
];

const broadcast = (a: Shape, b: Shape): number[] => {
  const rank = Math.max(a.length, b.length);
  const at = (shape: Shape, axis: number) => shape[axis - rank + shape.length] ?? 1;
  return Array.from({ length: rank }, (_, axis) => Math.max(at(a, axis), at(b, axis)));
};

test.each(['add', 'sub', 'mul', 'div', 'maximum', 'minimum', 'squaredDifference'] as const)('%s', (fn) => {
  for (const [a, b] of PAIRS) {
    check(`${fn} of [${a}] and [${b}]`, {
      inputs: [normal(...a), positive(...b)],
      outputs: [['float32', broadcast(a, b)]],
      run: (kernels, [left, right], [out]) => kernels.binary(fn, left, right, out),
    });
  }
});

test.each([
  ...(['equal', 'notEqual', 'less', 'lessEqual', 'greater', 'greaterEqual'] as const),
  ...(['logicalAnd', 'logicalOr', 'logicalXor'] as const),
])('%s', (fn) => {
  for (const [a, b] of PAIRS) {
    check(`${fn} of [${a}] and [${b}]`, {
      inputs: [whole(3, ...a), whole(3, ...b)],
      outputs: [['bool', broadcast(a, b)]],
      run: (kernels, [left, right], [out]) => kernels.compare(fn, left, right, out),
    });
  }
  check(`${fn} of NaN`, {
    inputs: [floats([3], [Number.NaN, 1, Number.NaN]), floats([3], [Number.NaN, Number.NaN, 0])],
    outputs: [['bool', [3]]],
    run: (kernels, [left, right], [out]) => kernels.compare(fn, left, right, out),
  });
});

test('select', () => {
  for (const size of SIZES) {
    for (const other of [size, 1]) {
      check(`select of ${size} and ${other}`, {
        inputs: [booleans(size), normal(size), normal(other)],
        outputs: [['float32', [size]]],
        run: (kernels, [condition, a, b], [out]) => kernels.select(condition, a, b, out),
      });
    }
  }
});

test('cast', () => {
  const cases: readonly [(...shape: number[]) => HostOperand, DType][] = [
    [(size) => integers(1000, size), 'float32'],
    [booleans, 'float32'],
    [(size) => whole(3, size), 'bool'],
    [normal, 'int32'],
  ];
  for (const size of SIZES) {
    for (const [make, dtype] of cases) {
      const x = make(size);
      check(`${x.dtype} to ${dtype}, ${size}`, {
        inputs: [x],
        outputs: [[dtype, [size]]],
        run: (kernels, [operand], [out]) => kernels.cast(operand, out),
      });
    }
  }
});

const POOLS = [
  { size: 2, strides: 2, padding: 'valid' },
  { size: 2, strides: 2, padding: 'same' },
  { size: 2, strides: 1, padding: 'valid' },
  { size: 3, strides: 2, padding: 'same' },
  { size: 3, strides: 1, padding: 'same' },
  { size: [2, 3], strides: [3, 2], padding: 'valid' },
  { size: 2, strides: 2, padding: 'valid', dilations: 2 },
  {
    size: 3,
    strides: 2,
    padding: [
      [3, 0],
      [0, 3],
    ],
  },
] as const;

describe.each(POOLS)('pooling %j', ({ size, ...options }) => {
  const images = [1, 2, 3, 4, 5, 6, 7, 16, 19, 33].flatMap((channels) => [
    [3, 8, 10, channels],
    [2, 7, 5, channels],
  ]);
  images.push([40, 28, 28, 6], [3, 60, 60, 10]);
  const each = (f: (x: Shape, y: Shape, geometry: ReturnType<typeof poolGeometry>) => void): void => {
    for (const x of images) {
      const geometry = poolGeometry('pool', x, size, options);
      f(x, [x[0], geometry.outHeight, geometry.outWidth, x[3]], geometry);
    }
  };

  test('avgPool and its gradient', () => {
    each((x, y, geometry) => {
      check(`avgPool of [${x}]`, {
        inputs: [normal(...x)],
        outputs: [['float32', y]],
        run: (kernels, [operand], [out]) => kernels.avgPool(operand, out, geometry),
      });
      check(`avgPoolGradient of [${x}]`, {
        inputs: [normal(...y)],
        outputs: [['float32', x]],
        run: (kernels, [dy], [out]) => kernels.avgPoolGradient(dy, out, geometry),
      });
    });
  });

  test('maxPool, its gradient and its gather: the first of equals, NaN over all', () => {
    each((x, y, geometry) => {
      const values = whole(4, ...x);
      for (let i = 0; x[1] === 7 && i < values.values.length; i += 11) values.values[i] = Number.NaN;
      check(`maxPool of [${x}]`, {
        inputs: [values],
        outputs: [['float32', y]],
        run: (kernels, [operand], [out]) => kernels.maxPool(operand, out, geometry),
      });
      check(`maxPoolGradient of [${x}]`, {
        inputs: [normal(...y), values],
        outputs: [['float32', x]],
        run: (kernels, [dy, operand], [out]) => kernels.maxPoolGradient(dy, operand, out, geometry),
      });
      check(`maxPoolGather of [${x}]`, {
        inputs: [normal(...x), values],
        outputs: [['float32', y]],
        run: (kernels, [from, operand], [out]) => kernels.maxPoolGather(from, operand, out, geometry),
      });
    });
  });
});

describe('reductions', () => {
  const VIEWS = [
    ...SIZES.flatMap((size) => [
      [1, size, 1],
      [3, size, 1],
      [1, 5, size],
      [1, size, 3],
    ]),
    [5000, 10, 1],
    [3, 40000, 1],
    [1, 25088, 6],
    [1, 6272, 16],
    [1, 5000, 7],
    [1, 3000, 65],
    [2, 300, 4099],
    [20, 49, 33],
    [1, 1, 50],
  ];

  test.each(['sum', 'mean', 'max', 'min'] as const)('%s', (fn) => {
    // Of values that cancel, a sum's relative error says nothing.
    const make = fn === 'sum' || fn === 'mean' ? positive : normal;
    for (const [outer, size, inner] of VIEWS) {
      check(`${fn} over [${outer},${size},${inner}]`, {
        inputs: [make(outer, size, inner)],
        outputs: [['float32', [outer, 1, inner]]],
        run: (kernels, [x], [out]) => kernels.reduce(fn, x, out, { outer, size, inner }),
      });
    }
  });

  test('a NaN shows in every one', () => {
    for (const fn of ['sum', 'mean', 'max', 'min'] as const) {
      for (const [outer, size, inner] of [
        [1, 70, 1],
        [1, 70, 5],
      ]) {
        const x = normal(outer, size, inner);
        x.values[37] = Number.NaN;
        check(fn, {
          inputs: [x],
          outputs: [['float32', [outer, 1, inner]]],
          run: (kernels, [operand], [out]) => kernels.reduce(fn, operand, out, { outer, size, inner }),
        });
      }
    }
  });

  test('sums of a million equal values keep six digits', () => {
    for (const inner of [1, 4]) {
      const size = 1_000_000 / inner;
      check(`sum over [1,${size},${inner}]`, {
        inputs: [floats([size, inner], new Float32Array(1_000_000).fill(0.1))],
        outputs: [['float32', [1, inner]]],
        run: (kernels, [x], [out]) => kernels.reduce('sum', x, out, { outer: 1, size, inner }),
      });
    }
  });
});

test.each(['softmax', 'logSoftmax'] as const)('%s', (kernel) => {
  for (const shape of [...SIZES.slice(0, 70).map((size) => [5, size]), [2000, 10], [3, 1000], [1, 30000]]) {
    const x = normal(...shape);
    check(`${kernel} of [${shape}]`, {
      inputs: [{ ...x, values: x.values.map((value) => value * 10 + 100) }],
      outputs: [['float32', shape]],
      tolerance: 2e-6,
      run: (kernels, [operand], [out]) => kernels[kernel](operand, out),
    });
  }
});

describe('batch norm', () => {
  const SHAPES: Shape[] = [
    ...Array.from({ length: 40 }, (_, i) => [37, i + 1]),
    [25088, 6],
    [5, 7, 7, 100],
    [3000, 65],
    [70000, 1],
    [2, 1111],
    [1, 5],
    [1000, 64],
  ];

  test('batchMoments, also of values far from 0', () => {
    for (const shape of SHAPES) {
      for (const offset of [0, 1000]) {
        const x = normal(...shape);
        check(`batchMoments of [${shape}] around ${offset}`, {
          inputs: [{ ...x, values: x.values.map((value) => value + offset) }],
          outputs: [['float32', [2, shape.at(-1)!]]],
          run: (kernels, [operand], [out]) => kernels.batchMoments(operand, out),
        });
      }
    }
  });

  test('the variance of 1000 + noise is right to six digits', () => {
    const [rows, channels] = [20000, 3];
    const x = normal(rows, channels);
    const call: Call = {
      inputs: [{ ...x, values: x.values.map((value) => value + 1000) }],
      outputs: [['float32', [2, channels]]],
      run: (kernels, [operand], [out]) => kernels.batchMoments(operand, out),
    };
    const wanted = expected(call)[1];
    for (const { backend } of backends) {
      const actual = results(call, backend)[1];
      for (let c = channels; c < 2 * channels; c++) expect(Math.abs(actual[c] / wanted[c] - 1)).toBeLessThan(1e-6);
    }
  });

  test('batchNorm, its sums and the gradient of its input', () => {
    for (const shape of SHAPES) {
      const channels = shape.at(-1)!;
      const [x, dy, gamma, beta, sums] = [
        normal(...shape),
        normal(...shape),
        ...[1, 1, 2].map((n) => normal(n, channels)),
      ];
      const moments = positive(2, channels);
      check(`batchNorm of [${shape}]`, {
        inputs: [x, moments, gamma, beta],
        outputs: [['float32', shape]],
        run: (kernels, [operand, m, g, b], [out]) => kernels.batchNorm(operand, m, g, b, out, 1e-3),
      });
      check(`batchNormSums of [${shape}]`, {
        inputs: [dy, x, moments],
        outputs: [['float32', [2, channels]]],
        run: (kernels, [gradient, operand, m], [out]) => kernels.batchNormSums(gradient, operand, m, out, 1e-3),
      });
      check(`batchNormInputGradient of [${shape}]`, {
        inputs: [dy, x, moments, gamma, sums],
        outputs: [['float32', shape]],
        run: (kernels, [gradient, operand, m, g, s], [out]) =>
          kernels.batchNormInputGradient(gradient, operand, m, g, s, out, 1e-3),
      });
    }
  });
});

describe('optimizers', () => {
  test.each(SIZES.filter((size) => size < 6 || size > 60))('of %i weights', (size) => {
    const [weight, gradient, velocity, square] = [normal(size), normal(size), normal(size), positive(size)];
    for (const nesterov of [false, true]) {
      check('sgdUpdate', {
        inputs: [weight, velocity, gradient],
        run: (kernels, [w, v, g]) => kernels.sgdUpdate(w, v, g, { learningRate: 0.1, momentum: 0.9, nesterov }),
      });
    }
    check('sgdUpdate without momentum', {
      inputs: [weight, gradient],
      run: (kernels, [w, g]) => kernels.sgdUpdate(w, null, g, { learningRate: 0.1, momentum: 0, nesterov: false }),
    });
    for (const decay of [0, 0.004]) {
      const settings = { stepSize: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-7, decay };
      check('adamUpdate', {
        inputs: [weight, velocity, square, gradient],
        run: (kernels, [w, m, v, g]) => kernels.adamUpdate(w, m, v, g, settings),
      });
    }
    const rmsprop = { learningRate: 0.01, rho: 0.9, momentum: 0.5, epsilon: 1e-7 };
    check('rmspropUpdate', {
      inputs: [weight, square, velocity, gradient],
      run: (kernels, [w, s, v, g]) => kernels.rmspropUpdate(w, s, v, g, rmsprop),
    });
    check('rmspropUpdate without momentum', {
      inputs: [weight, square, gradient],
      run: (kernels, [w, s, g]) => kernels.rmspropUpdate(w, s, null, g, { ...rmsprop, momentum: 0 }),
    });
    check('adagradUpdate', {
      inputs: [weight, square, gradient],
      run: (kernels, [w, a, g]) => kernels.adagradUpdate(w, a, g, { learningRate: 0.01, epsilon: 1e-7 }),
    });
  });
});

describe('random numbers are bit for bit those of the cpu backend', () => {
  const fills: Record<string, (kernels: Kernels<never>, out: Operand<never>, state: RandomState) => void> = {
    'randomUniform in [-0.3, 0.1)': (kernels, out, state) => kernels.randomUniform(out, state, -0.3, 0.1),
    'randomUniform in [0, 1)': (kernels, out, state) => kernels.randomUniform(out, state, 0, 1),
    'randomUniform in a few last places': (kernels, out, state) => kernels.randomUniform(out, state, 1, 1 + 2 ** -22),
    'dropoutMask 0.3': (kernels, out, state) => kernels.dropoutMask(out, state, 0.3),
    'dropoutMask 0.5': (kernels, out, state) => kernels.dropoutMask(out, state, 0.5),
  };
  test.each(Object.entries(fills))('%s', (_, fill) => {
    for (const size of [1, 2, 3, 5, 64, 40001]) {
      for (const counter of [0, 12345, 2 ** 32 - 7, 2 ** 40 + 1]) {
        const state = { key: 0xdeadbeef, counter };
        const values = new Float32Array(size);
        fill(cpuKernels as Kernels<never>, { shape: [size], dtype: 'float32', size, buffer: values as never }, state);
        for (const { backend } of backends) {
          const call: Call = {
            inputs: [],
            outputs: [['float32', [size]]],
            run: (kernels, __, [out]) => fill(kernels as unknown as Kernels<never>, out as Operand<never>, state),
          };
          expect(Buffer.from(results(call, backend)[0].buffer).equals(Buffer.from(values.buffer))).toBe(true);
        }
      }
    }
  });
});

test('argReduce', () => {
  for (const fn of ['argMax', 'argMin'] as const) {
    for (const [outer, size, inner] of [
      [5, 10, 1],
      [3000, 10, 1],
      [3, 7, 5],
      [1, 40000, 1],
      [1, 1, 9],
    ]) {
      const x = whole(9, outer, size, inner);
      if (size === 7) x.values[20] = Number.NaN;
      check(fn, {
        inputs: [x],
        outputs: [['int32', [outer, inner]]],
        run: (kernels, [operand], [out]) => kernels.argReduce(fn, operand, out, { outer, size, inner }),
      });
    }
  }
});

test('gather, scatterAdd and oneHot', () => {
  for (const [outer, size, inner, count] of [
    [1, 9, 4, 30],
    [3, 5, 7, 11],
    [2, 6, 1, 5],
    [1, 50, 300, 900],
  ]) {
    const indices = integers(size + 2, count);
    indices.values[0] = -1;
    const view = { outer, size, inner };
    for (const x of [normal(outer, size, inner), integers(99, outer, size, inner)]) {
      check('gather', {
        inputs: [x, indices],
        outputs: [[x.dtype, [outer, count, inner]]],
        run: (kernels, [operand, places], [out]) => kernels.gather(operand, places, out, view),
      });
    }
    check('scatterAdd', {
      inputs: [normal(outer, count, inner), indices],
      outputs: [['float32', [outer, size, inner]]],
      run: (kernels, [operand, places], [out]) => kernels.scatterAdd(operand, places, out, view),
    });
    check('oneHot', {
      inputs: [indices],
      outputs: [['float32', [count, size]]],
      run: (kernels, [places], [out]) => kernels.oneHot(places, out, 0.9, 0.1),
    });
  }
});

test('resample and its gradient', () => {
  const taps = (inSize: number, outSize: number, count: number): Taps => ({
    ...{ inSize, outSize, taps: count },
    index: Int32Array.from(integers(inSize, outSize * count).values),
    weight: Float64Array.from(normal(outSize * count).values),
  });
  for (const [batch, height, width, channels] of [
    [2, 5, 7, 3],
    [1, 4, 4, 1],
    [3, 6, 5, 9],
    [2, 40, 40, 16],
  ]) {
    for (const count of [1, 2, 4]) {
      const [rows, columns] = [taps(height, 11, count), taps(width, 13, count)];
      check('resample', {
        inputs: [normal(batch, height, width, channels)],
        outputs: [['float32', [batch, 11, 13, channels]]],
        run: (kernels, [x], [out]) => kernels.resample(x, out, rows, columns),
      });
      check('resampleGradient', {
        inputs: [normal(batch, 11, 13, channels)],
        outputs: [['float32', [batch, height, width, channels]]],
        run: (kernels, [dy], [out]) => kernels.resampleGradient(dy, out, rows, columns),
      });
    }
  }
});

describe.each(['float32', 'int32', 'bool'] as const)('moving %s', (dtype) => {
  const makers = { float32: normal, int32: (...shape: number[]) => integers(99, ...shape), bool: booleans };
  const make = makers[dtype];

  test('transpose', () => {
    const cases: [Shape, number[]][] = [
      [
        [5, 7],
        [1, 0],
      ],
      [
        [130, 67],
        [1, 0],
      ],
      [
        [300, 200],
        [1, 0],
      ],
      [
        [2, 9, 11, 3],
        [0, 3, 1, 2],
      ],
      [
        [2, 3, 9, 21],
        [0, 2, 3, 1],
      ],
      [
        [3, 4, 5, 6],
        [3, 2, 1, 0],
      ],
      [
        [3, 4, 5, 6],
        [2, 0, 3, 1],
      ],
      [
        [20, 30, 40],
        [0, 2, 1],
      ],
      [
        [1, 40],
        [1, 0],
      ],
    ];
    for (const [shape, permutation] of cases) {
      check(`transpose of [${shape}] to [${permutation}]`, {
        inputs: [make(...shape)],
        outputs: [[dtype, permutation.map((axis) => shape[axis])]],
        run: (kernels, [x], [out]) => kernels.transpose(x, out, permutation),
      });
    }
  });

  test('concat', () => {
    for (const [axis, shapes] of [
      [
        3,
        [
          [2, 5, 5, 3],
          [2, 5, 5, 6],
          [2, 5, 5, 1],
        ],
      ],
      [0, [[20000], [3], [17001]]],
      [
        1,
        [
          [3, 2, 7],
          [3, 0, 7],
          [3, 5, 7],
        ],
      ],
    ] as const) {
      const out = [...shapes[0]] as number[];
      out[axis] = shapes.reduce((sum, shape) => sum + (shape as Shape)[axis], 0);
      check(`concat along ${axis}`, {
        inputs: shapes.map((shape) => make(...shape)),
        outputs: [[dtype, out]],
        run: (kernels, parts, [joined]) => kernels.concat(parts, joined, axis),
      });
    }
  });

  test('slice, its gradient, pad, reverse, broadcast', () => {
    const cases: { x: Shape; begin: number[]; strides: number[]; size: Shape }[] = [
      { x: [9, 11], begin: [1, 2], strides: [1, 1], size: [4, 7] },
      { x: [9, 11], begin: [0, 1], strides: [3, 2], size: [3, 5] },
      { x: [3, 20, 20, 5], begin: [1, 2, 3, 0], strides: [1, 1, 1, 1], size: [2, 10, 11, 5] },
      { x: [50000], begin: [3], strides: [1], size: [40001] },
      { x: [200, 300], begin: [0, 0], strides: [2, 2], size: [100, 150] },
    ];
    for (const { x, begin, strides, size } of cases) {
      check(`slice of [${x}]`, {
        inputs: [make(...x)],
        outputs: [[dtype, size]],
        run: (kernels, [operand], [out]) => kernels.slice(operand, out, begin, strides),
      });
      check(`sliceGradient of [${x}]`, {
        inputs: [make(...size)],
        outputs: [[dtype, x]],
        run: (kernels, [operand], [out]) => kernels.sliceGradient(operand, out, begin, strides),
      });
      check(`pad to [${x}]`, {
        inputs: [make(...size)],
        outputs: [[dtype, x]],
        run: (kernels, [operand], [out]) =>
          kernels.pad(
            operand,
            out,
            begin.map((count, axis) => Math.min(count, x[axis] - size[axis])),
            1,
          ),
      });
      for (const axes of [[0], x.map((_, axis) => axis)]) {
        check(`reverse [${axes}] of [${x}]`, {
          inputs: [make(...x)],
          outputs: [[dtype, x]],
          run: (kernels, [operand], [out]) => kernels.reverse(operand, out, axes),
        });
      }
    }
    for (const [from, to] of [
      [[], [7]],
      [[1], [3, 3]],
      [
        [5, 1],
        [5, 9],
      ],
      [
        [1, 6],
        [5000, 6],
      ],
      [
        [20, 1, 3],
        [20, 500, 3],
      ],
    ]) {
      check(`broadcast of [${from}] to [${to}]`, {
        inputs: [make(...from)],
        outputs: [[dtype, to]],
        run: (kernels, [operand], [out]) => kernels.broadcast(operand, out),
      });
    }
  });
});

import { beforeAll, describe, expect, test } from 'vitest';
import * as nabla from '../../src/index.js';
import { startBackend } from '../support/backends.js';
import { tfjs } from '../support/tfjs.js';

/* `util` and what programs ask tfjs about itself. */

type Util = typeof nabla.util;

const CALLS: readonly ((util: Util) => unknown)[] = [
  (util) => util.sizeFromShape([2, 3, 4]),
  (util) => util.sizeFromShape([]),
  (util) => util.sizeToSquarishShape(10),
  (util) => util.squeezeShape([1, 3, 1]),
  (util) => util.squeezeShape([1, 3, 1], [2]),
  (util) => util.squeezeShape([1, 3, 1], -1),
  (util) => util.parseAxisParam([-1, 0], [2, 3, 4]),
  (util) => util.parseAxisParam(null, [2, 3]),
  (util) => util.inferFromImplicitShape([2, -1], 6),
  (util) => util.computeStrides([2, 3, 4]),
  (util) => util.computeStrides([5]),
  (util) => util.locToIndex([1, 2, 3], 3, [12, 4]),
  (util) => util.indexToLoc(23, 3, [12, 4]),
  (util) => util.indexToLoc(3, 1, []),
  (util) => util.flatten([[1, [2]], [3], new Float32Array([4, 5]) as never]),
  (util) => util.flatten([[1], new Float32Array([4, 5]) as never], [0], true).length,
  (util) => util.clamp(0, 7, 5),
  (util) => util.nearestLargerEven(7),
  (util) => [util.nearestDivisor(12, 5), util.nearestDivisor(7, 2)],
  (util) => util.sum([1, 2, 3]),
  (util) => util.distSquared([0, 1], [3, 5]),
  (util) => util.rightPad('ab', 5),
  (util) => util.tanh(0.5).toFixed(6),
  (util) => [util.arraysEqual([1, 2], [1, 2]), util.arraysEqual([1], [1, 2]), util.arraysEqual([1], [2])],
  (util) => [util.arraysEqualWithNull([null, 2], [3, 2]), util.arraysEqualWithNull([1, 2], [3, 2])],
  (util) => [util.isInt(3), util.isInt(3.5), util.isNumber('3'), util.isString('a'), util.isBoolean(1)],
  (util) => [util.isFunction(Math.max), util.isFunction(3), util.isPromise(Promise.resolve()), util.isScalarShape([])],
  (util) => [util.isTypedArray(new Int32Array(1)), util.isTypedArray([1])],
  (util) => [util.isValidDtype('float32'), util.isValidDtype('int9')],
  (util) => [util.bytesPerElement('float32'), util.bytesPerElement('bool')],
  (util) => util.makeZerosTypedArray(2, 'int32'),
  (util) => util.makeOnesTypedArray(2, 'float32'),
  (util) => util.getTypedArrayFromDType('bool', 2),
  (util) => util.getArrayFromDType('float32', 2),
  (util) => util.toNestedArray([2, 2], new Float32Array([1, 2, 3, 4])),
  (util) => util.toNestedArray([], new Float32Array([7])),
  (util) =>
    util.toTypedArray(
      [
        [1, 2],
        [3, 4],
      ],
      'int32',
    ),
  (util) => util.createScalarValue(3, 'float32'),
  (util) => [util.inferDtype(true), util.inferDtype([[1.5]]), util.inferDtype(new Int32Array(2))],
  (util) => [util.hasEncodingLoss('float32', 'int32'), util.hasEncodingLoss('int32', 'float32')],
  (util) => {
    const array = [1, 2, 3];
    util.swap(array, 0, 2);
    return array;
  },
];

beforeAll(() => startBackend('cpu'));

describe.skipIf(!tfjs)('util gives what that of tfjs 4.22 gives (needs npm install in bench/peers)', () => {
  for (const call of CALLS) {
    test(
      String(call)
        .replace(/\(util\) => /, '')
        .slice(0, 80),
      () => {
        expect(call(nabla.util)).toEqual(call(tfjs!.util as Util));
      },
    );
  }
});

describe('util', () => {
  const { util } = nabla;

  test('shuffles repeat with the seed, and keep pairs together', () => {
    nabla.setSeed(5);
    const xs = Array.from({ length: 50 }, (_, i) => i);
    const ys = Float32Array.from(xs, (x) => x * 2);
    util.shuffleCombo(xs, ys);
    expect([...xs].sort((a, b) => a - b)).toEqual(Array.from({ length: 50 }, (_, i) => i));
    expect(xs).not.toEqual([...xs].sort((a, b) => a - b));
    expect([...ys]).toEqual(xs.map((x) => x * 2));
    const indices = util.createShuffledIndices(9);
    expect(indices).toBeInstanceOf(Uint32Array);
    nabla.setSeed(5);
    const again = Array.from({ length: 50 }, (_, i) => i);
    util.shuffle(again);
    expect(again).toEqual(xs);
    expect(util.createShuffledIndices(9)).toEqual(indices);
    expect(() => util.shuffleCombo([1], [1, 2])).toThrow('shuffleCombo: arrays of 1 and 2');
  });

  test('assertions name the wrong value', () => {
    expect(() => util.assert(false, () => 'never')).toThrow('never');
    expect(() => util.assert(true, () => 'never')).not.toThrow();
    expect(() => util.assertNonNull(null)).toThrow('given null');
    expect(() => util.assertShapesMatch([1, 2], [2, 1], 'here:')).toThrow('here: Shapes [1,2] and [2,1] must match');
    expect(() => util.assertNonNegativeIntegerDimensions([1, -2])).toThrow('has -2');
    expect(() => util.checkConversionForErrors([1, Number.NaN], 'int32')).toThrow('values[1] is NaN');
    expect(() => util.squeezeShape([2, 1], 0)).toThrow('axis 0 is 2');
  });

  test('now increases, and repeatedTry calls until the function returns true', async () => {
    const start = util.now();
    let asked = 0;
    await util.repeatedTry(() => ++asked === 3);
    expect(asked).toBe(3);
    expect(util.now()).toBeGreaterThanOrEqual(start);
    await expect(
      util.repeatedTry(
        () => false,
        () => 0,
        2,
      ),
    ).rejects.toThrow('the function did not return true in 2 calls');
    const between = util.randUniform(3, 5);
    expect(between).toBeGreaterThanOrEqual(3);
    expect(between).toBeLessThanOrEqual(5);
  });
});

describe('what programs ask about tfjs itself', () => {
  test('flags are kept, and unknown ones refused', () => {
    expect(nabla.env().getBool('IS_NODE')).toBe(true);
    expect(nabla.env()).toBe(nabla.ENV);
    nabla.env().set('WEBGL_PACK', false);
    expect(nabla.env().get('WEBGL_PACK')).toBe(false);
    expect(nabla.env().getFlags()).toEqual({ WEBGL_PACK: false });
    nabla.enableProdMode();
    expect(nabla.env().getBool('PROD')).toBe(true);
    nabla.env().reset();
    expect(nabla.env().getBool('PROD')).toBe(false);
    expect(() => nabla.env().get('WEBGL_PACK')).toThrow("there is no flag 'WEBGL_PACK'");
    expect(() => nabla.env().set('MAGIC', 1)).toThrow("there is no flag 'MAGIC'");
    expect(nabla.backend().epsilon()).toBe(1e-7);
    expect(nabla.version.tfjs).toBe('4.22.0');
  });

  test('explicit scopes free the tensors made in them', () => {
    const before = nabla.memory().numTensors;
    const engine = nabla.engine();
    engine.startScope();
    const x = nabla.ones([3]);
    engine.startScope();
    const y = x.add(1);
    const z = x.add(2);
    engine.endScope(y);
    expect([x.isDisposed, y.isDisposed, z.isDisposed]).toEqual([false, false, true]);
    engine.endScope();
    expect(engine.state.numTensors).toBe(before);
    expect(() => engine.endScope()).toThrow('no scope is open');
  });

  test('classes of optimizers take positional arguments', () => {
    const sgd = new nabla.SGDOptimizer(0.5);
    const x = nabla.variable(nabla.scalar(2));
    sgd.minimize(() => x.square());
    expect(x.dataSync()[0]).toBe(0);
    expect(new nabla.AdamOptimizer(0.01, null, null, 1e-5).getConfig()).toMatchObject({
      learningRate: 0.01,
      beta1: 0.9,
      beta2: 0.999,
      epsilon: 1e-5,
    });
    expect(new nabla.RMSPropOptimizer(0.01, 0.8, 0.1, null, true).getConfig()).toMatchObject({
      rho: 0.8,
      momentum: 0.1,
      centered: true,
    });
    expect(new nabla.MomentumOptimizer(0.1, 0.9, true)).toBeInstanceOf(nabla.Optimizer);
    expect(new nabla.InputSpec({ shape: [null, 3] })).toMatchObject({ ndim: 2, axes: {} });
    expect(nabla.sequential()).toBeInstanceOf(nabla.LayersModel);
    nabla.disposeVariables();
  });

  test('gamma numbers have the mean and the variance of their distribution', () => {
    for (const [alpha, beta] of [
      [0.5, 1],
      [3, 2],
    ]) {
      const { mean, variance } = nabla.moments(nabla.randomGamma([20000], alpha, beta, 'float32', 'seed'));
      expect(Math.abs(mean.dataSync()[0] - alpha / beta)).toBeLessThan(0.03);
      expect(Math.abs(variance.dataSync()[0] - alpha / beta ** 2)).toBeLessThan(0.05);
    }
    expect(() => nabla.randomGamma([2], 0)).toThrow('alpha is 0');
  });

  test('a string is a seed', () => {
    const draw = (seed: string) => [...nabla.randomNormal([4], 0, 1, 'float32', seed).dataSync()];
    expect(draw('a')).toEqual(draw('a'));
    expect(draw('a')).not.toEqual(draw('b'));
  });

  test('a callback of functions is called', async () => {
    const losses: unknown[] = [];
    const model = nabla.sequential({ layers: [nabla.layers.dense({ units: 1, inputShape: [1] })] });
    model.compile({ optimizer: 'sgd', loss: 'meanSquaredError' });
    const callbacks = new nabla.CustomCallback({ onEpochEnd: (_, logs) => void losses.push(logs.loss) });
    await model.fit(nabla.ones([4, 1]), nabla.ones([4, 1]), { epochs: 2, callbacks });
    expect(losses).toHaveLength(2);
    model.dispose();
  });
});

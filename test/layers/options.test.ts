import '../../src/ops/methods.js';
import { inspect } from 'node:util';
import { beforeEach, describe, expect, test } from 'vitest';
import { cpuBackend } from '../../src/backends/cpu/index.js';
import { activateBackend } from '../../src/backends/registry.js';
import { ValueError } from '../../src/base/errors.js';
import { integer, positiveInteger } from '../../src/base/options.js';
import { registerClass } from '../../src/base/serialization.js';
import { writtenOptions } from '../../src/layers/base/inspect-layer.js';
import { type CallOptions, Layer, type LayerOptions } from '../../src/layers/base/layer.js';
import { LAYER_OPTIONS, tableOf } from '../../src/layers/base/layer-options.js';
import type { LayerConfig } from '../../src/layers/base/register-layer.js';
import type { SymbolicShape } from '../../src/layers/base/symbolic.js';
import { UnaryLayer } from '../../src/layers/base/unary-layer.js';
import type { Weight } from '../../src/layers/base/weight.js';
import { weight } from '../../src/layers/base/weight-options.js';
import { LAYER_CLASSES, layerFromConfig } from '../../src/layers/catalog.js';
import { Dense } from '../../src/layers/core/dense.js';
import * as layers from '../../src/layers/index.js';
import { mul } from '../../src/ops/arithmetic.js';
import { ones } from '../../src/ops/creation.js';
import { matMul } from '../../src/ops/matmul.js';
import { regularizers } from '../../src/regularizers/index.js';
import { tidy } from '../../src/tensor/scope.js';
import type { Tensor } from '../../src/tensor/tensor.js';
import { rows } from './rows.js';

beforeEach(() => activateBackend(cpuBackend()));

// biome-ignore lint/suspicious/noExplicitAny: the wrong values that types refuse
const wrong = (value: unknown): any => value;

describe('unknown options', () => {
  test('are refused by constructors and functions, whatever else is given', () => {
    const message = "dense (Dense): there is no option useBais; did you mean 'useBias'?";
    expect(() => new Dense(wrong({ units: 2, useBais: false }))).toThrow(message);
    expect(() => layers.dense(wrong({ units: 2, useBais: false }))).toThrow(message);
    expect(() => layers.dense(wrong({ units: 2, useBais: false, activation: (x: Tensor) => x }))).toThrow(message);
    expect(() => layers.dense(wrong({ units: 2, useBais: false, name: 'last' }))).toThrow('last (Dense): there is no');
    expect(() => layers.add(wrong({ axis: 1 }))).toThrow('add (Add): there is no option axis');
    expect(() => layers.dense(wrong(3))).toThrow('dense (Dense): options are 3, expected an object of units');
  });

  test('do not use up a name', () => {
    const before = layers.permute({ dims: [1] }).name;
    expect(() => layers.permute(wrong({ dims: [1], dim: [1] }))).toThrow(ValueError);
    const count = (name: string) => Number(/\d*$/.exec(name)![0]);
    expect(count(layers.permute({ dims: [1] }).name)).toBe(count(before) + 1);
  });

  test('every class has its own table and factory', () => {
    for (const Class of LAYER_CLASSES) expect(Object.hasOwn(Class, 'options'), Class.className).toBe(true);
    expect(LAYER_CLASSES.length).toBeGreaterThanOrEqual(52);
  });

  const takesLayout = (layer: Layer) => 'dataFormat' in tableOf(layer.constructor);

  test.each(rows)('%s: another dataFormat is refused, or unknown', (_, make) => {
    const layer = make({ dtype: 'float32' });
    const refused = () => make(wrong({ dtype: 'float32', dataFormat: 'channelsFirst' }));
    expect(refused).toThrow(
      takesLayout(layer) ? "dataFormat is 'channelsFirst', expected" : 'there is no option dataFormat',
    );
    expect(() => make(wrong({ dtype: 'float16' }))).toThrow("dtype is 'float16', expected one of 'float32', 'float64'");
  });
});

test('null and undefined mean the default', () => {
  for (const nothing of [null, undefined]) {
    const given = Object.fromEntries(
      [...Object.keys(LAYER_OPTIONS), 'activation', 'useBias', 'kernelInitializer'].map((name) => [name, nothing]),
    );
    const layer = layers.dense(wrong({ ...given, units: 2 }));
    expect(layer.getConfig()).toEqual({ ...layers.dense({ units: 2 }).getConfig(), name: layer.name });
  }
  expect(layers.dense({ units: 2, weights: undefined, inputShape: undefined }).batchInputShape).toBeNull();
});

describe('call options', () => {
  const x = () => ones([1, 2]);

  test('that nothing reads are refused, also in graphs', () => {
    const layer = layers.dropout({ rate: 0.5, name: 'drop' });
    const message = "drop (Dropout): there is no option trainning; did you mean 'training'?";
    tidy(() => {
      expect(() => layer.apply(x(), { trainning: true })).toThrow(message);
      expect(() => layer.apply(layers.inputLayer({ inputShape: [2] }).output as never, { trainning: true })).toThrow(
        message,
      );
      expect(() => layer.apply(x(), { mask: [1] })).toThrow(
        'drop (Dropout): mask is [1], expected a tensor [batch, time], or a list of them',
      );
      expect(() => layer.apply(x(), wrong({ training: 'yes' }))).toThrow("training is 'yes', expected true or false");
      expect(() => layer.apply(x(), wrong(true))).toThrow('drop (Dropout): options are true, expected an object');
      expect([...layer.apply(x(), wrong({ training: undefined, mask: null })).dataSync()]).toEqual([1, 1]);
    });
  });

  test('of a custom layer are its own', () => {
    class Times extends Layer {
      override call(x: Tensor, { factor }: CallOptions): Tensor {
        return mul(x, factor as number);
      }
    }
    tidy(() => {
      expect([...new Times().apply(x(), { factor: 3 }).dataSync()]).toEqual([3, 3]);
      expect(() => new Times().apply(x(), { factor: 3, trainin: true })).toThrow("did you mean 'training'?");
    });
  });
});

describe('custom layers', () => {
  test('without a table take what they like, and check the options of every layer', () => {
    class Mine extends Layer {
      readonly factor: number;
      constructor(config: LayerOptions & { readonly factor?: number }) {
        super(config);
        this.factor = config.factor ?? 1;
      }
      override call(x: Tensor): Tensor {
        return mul(x, this.factor);
      }
      override getConfig() {
        return { ...super.getConfig(), factor: this.factor };
      }
    }
    expect(new Mine({ factor: 2, name: 'mine' }).getConfig()).toMatchObject({
      name: 'mine',
      factor: 2,
      dtype: 'float32',
    });
    expect(() => new Mine(wrong({ factor: 2, trainable: 'no' }))).toThrow(
      "mine (Mine): trainable is 'no', expected true or false",
    );
  });

  test('that extend a built-in one may add options', () => {
    class Scaled extends Dense {
      readonly factor: number;
      constructor(config: { readonly units: number; readonly factor: number }) {
        super(config);
        this.factor = config.factor;
      }
    }
    const layer = new Scaled({ units: 2, factor: 3 });
    expect(layer.getConfig()).toMatchObject({ units: 2, useBias: true });
    expect(layer.className).toBe('Scaled');
    expect(() => new Scaled(wrong({ units: '2', factor: 3 }))).toThrow("scaled (Scaled): units is '2'");
  });

  const OPTIONS = { units: positiveInteger(), shift: integer().default(0), ...weight('kernel', 'ones') };

  class Linear extends UnaryLayer<typeof OPTIONS> {
    static override readonly className = 'Linear';
    static override readonly options = OPTIONS;
    private kernel!: Weight;

    override build(shape: SymbolicShape): void {
      this.kernel = this.addWeightFrom('kernel', [shape.at(-1)!, this.options.units]);
    }

    override call(x: Tensor): Tensor {
      return matMul(x, this.kernel.read()).add(this.options.shift);
    }
  }

  test('with a table have it checked, and in their config', () => {
    registerClass(Linear);
    const layer = new Linear({ units: 2, shift: 1, kernelRegularizer: 'l2' });
    tidy(() => expect([...layer.apply(ones([1, 3])).dataSync()]).toEqual([4, 4]));
    expect(layer.weights[0].regularizer?.className).toBe('L2');
    const twin = layerFromConfig('Linear', JSON.parse(JSON.stringify(layer.getConfig())));
    expect(twin.getConfig()).toEqual(layer.getConfig());
    expect(() => new Linear(wrong({ units: 2, shfit: 1 }))).toThrow(
      "linear (Linear): there is no option shfit; did you mean 'shift'?",
    );
    expect(() => tidy(() => layer.apply([ones([1, 3]), ones([1, 3])]))).toThrow('2 inputs given, expected one tensor');
  });
});

describe('weights of custom layers', () => {
  class Bias extends Layer {
    constructor(private readonly declare_: (layer: Bias) => Weight) {
      super();
    }
    bias!: Weight;
    override build(): void {
      this.bias = this.declare_(this);
    }
    override call(x: Tensor): Tensor {
      return x.add(this.bias.read());
    }
    add(...args: unknown[]): Weight {
      return (this.addWeight as (...args: unknown[]) => Weight)(...args);
    }
  }
  const outcome = (...args: unknown[]) =>
    tidy(() => {
      const layer = new Bias((each) => each.add(...args));
      const [value] = layer.apply(ones([1, 1])).dataSync();
      const [{ trainable, regularizer, dtype }] = layer.weights;
      return { value, trainable, regularizer: regularizer?.className, dtype };
    });
  const expected = { value: 2, trainable: false, regularizer: 'L2', dtype: 'float32' };

  test("are declared in this library's form, in tfjs's, and in Keras 3's", () => {
    expect(outcome('b', [1], 'ones', { trainable: false, regularizer: 'l2' })).toEqual(expected);
    expect(outcome('b', [1], null, 'ones', 'l2', false)).toEqual(expected);
    expect(outcome('b', [1], 'float32', 'ones', 'l2', false, null)).toEqual(expected);
    expect(outcome({ name: 'b', shape: [1], initializer: 'ones', trainable: false, regularizer: 'l2' })).toEqual(
      expected,
    );
    expect(outcome({ name: 'b', initializer: 'ones' })).toMatchObject({ value: 2, trainable: true });
  });

  test('are refused by name', () => {
    expect(() => outcome({ name: 'b', initialiser: 'ones' })).toThrow(
      "addWeight: there is no option initialiser; did you mean 'initializer'?",
    );
    expect(() => outcome('b', [1], 'ones', { trainble: false })).toThrow(
      "weight b: there is no option trainble; did you mean 'trainable'?",
    );
    expect(() => outcome('b', [1], 'oness')).toThrow('weight b: initializer is');
    expect(() => outcome('b', 1, 'ones')).toThrow('weight b: shape is 1, expected a list of sizes');
  });

  test('given in place of tensors are refused with a hint to read them', () => {
    const layer = new Bias((each) => each.add('b', [1], 'ones'));
    tidy(() => {
      layer.apply(ones([1, 1]));
      expect(() => layer.apply(layer.bias as never)).toThrow('an input is a Weight, expected a tensor: pass b.read()');
      expect(() => mul(ones([1]), layer.bias as never)).toThrow(
        /mul: b is a Weight, expected a tensor.*; pass its .read\(\)$/,
      );
      expect(() => matMul(ones([1, 1]), layer.bias as never)).toThrow(
        /is a Weight, expected a tensor.*; pass its .read\(\)$/,
      );
    });
  });
});

describe('printing', () => {
  test('shows a layer as it was written', () => {
    const cube = (x: Tensor) => x;
    expect(inspect(layers.dense({ name: 'd', units: 10, activation: 'relu', useBias: true }))).toBe(
      "Dense { name: 'd', units: 10, activation: 'relu' }",
    );
    expect(inspect(layers.dense({ name: 'd', units: 1, activation: cube, inputShape: [2], trainable: false }))).toBe(
      "Dense {\n  name: 'd',\n  trainable: false,\n  inputShape: [ 2 ],\n  units: 1,\n  activation: [Function: cube]\n}",
    );
    const initialized = layers.prelu({
      name: 'p',
      alphaInitializer: 'heNormal',
      alphaRegularizer: regularizers.l2(0.5),
    });
    expect(inspect(initialized, { breakLength: 200 })).toBe(
      "PReLU { name: 'p', alphaInitializer: 'HeNormal', alphaRegularizer: { className: 'L2', config: { l2: 0.5 } } }",
    );
    expect(inspect([layers.add({ name: 'a' })])).toBe("[ Add { name: 'a' } ]");
    expect(inspect(layers.maxPooling2d({ name: 'm', poolSize: 3 }))).toBe(
      "MaxPooling2D { name: 'm', poolSize: [ 3, 3 ] }",
    );
    expect(inspect(layers.leakyReLU({ name: 'l', alpha: 0.1 }))).toBe("LeakyReLU { name: 'l', alpha: 0.1 }");
  });

  test.each(rows)('%s: the printed options recreate the layer', (_, make) => {
    const layer = make({ dtype: 'float32', name: 'same' });
    const written = writtenOptions(layer);
    const twin = layerFromConfig(layer.className, written as LayerConfig);
    expect(JSON.stringify(twin.getConfig())).toBe(JSON.stringify(layer.getConfig()));
  });
});

test('a class without a className goes by its own name', () => {
  class Mine extends Layer {
    override call(x: Tensor): Tensor {
      return x;
    }
  }
  registerClass(Mine as never);
  expect(new Mine().className).toBe('Mine');
  expect(layerFromConfig('Mine', new Mine().getConfig())).toBeInstanceOf(Mine);
  expect(layerFromConfig('Custom>Mine', {})).toBeInstanceOf(Mine);
  const Anonymous = (() =>
    class extends Layer {
      override call(x: Tensor): Tensor {
        return x;
      }
    })();
  expect(new Anonymous().className).toBe('Layer');
});

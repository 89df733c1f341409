import '../../src/ops/methods.js';
import { beforeEach, describe, expect, test } from 'vitest';
import { cpuBackend } from '../../src/backends/cpu/index.js';
import { activateBackend } from '../../src/backends/registry.js';
import { DisposedError, ShapeError, ValueError } from '../../src/base/errors.js';
import { registerClass, registerFunction } from '../../src/base/serialization.js';
import { initializers } from '../../src/initializers/index.js';
import { loadModel } from '../../src/io/load.js';
import { encodeModel } from '../../src/io/save.js';
import { type CallOptions, Layer, type LayerOptions } from '../../src/layers/base/layer.js';
import { clearSession } from '../../src/layers/base/naming.js';
import { registerLayer } from '../../src/layers/base/register-layer.js';
import type { SymbolicShape, SymbolicTensor } from '../../src/layers/base/symbolic.js';
import type { Weight } from '../../src/layers/base/weight.js';
import { layerFromConfig } from '../../src/layers/catalog.js';
import { input } from '../../src/layers/core/input.js';
import * as layers from '../../src/layers/index.js';
import { model } from '../../src/models/functional.js';
import { add, mul } from '../../src/ops/arithmetic.js';
import { sum } from '../../src/ops/broadcast.js';
import { ones } from '../../src/ops/creation.js';
import { gather } from '../../src/ops/gather.js';
import { square } from '../../src/ops/unary.js';
import { regularizers } from '../../src/regularizers/index.js';
import { memory, tidy } from '../../src/tensor/scope.js';
import type { Tensor } from '../../src/tensor/tensor.js';
import { checkLayer, outputOf } from './check-layer.js';

beforeEach(() => activateBackend(cpuBackend()));

interface ScaleOptions extends LayerOptions {
  readonly factor?: number;
}

/** A factor for each channel, learnt. */
class Scale extends Layer {
  static override readonly className: string = 'Scale';

  protected readonly factor: number;
  protected scale!: Weight;

  constructor(options: ScaleOptions = {}) {
    super(options);
    this.factor = options.factor ?? 1;
  }

  override build(inputShape: SymbolicShape): void {
    this.scale = this.addWeight('scale', [inputShape.at(-1)!], 'ones');
  }

  override call(x: Tensor): Tensor {
    return mul(mul(x, this.scale.read()), this.factor);
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), factor: this.factor };
  }
}

const EXPECTATION = { inputs: [[2, 3]], output: [2, 3], weights: [['scale', [3]]] } as const;

describe('layers of the user', () => {
  test('an unknown class is refused by name, and the message says what to do', () => {
    expect(() => layerFromConfig('Scale', {})).toThrow(ValueError);
    expect(() => layerFromConfig('Scale', {})).toThrow(
      /className is 'Scale', expected one of .*, or a class under registerClass or registerLayer/,
    );
  });

  test('a registered class passes checkLayer', () => {
    registerClass(Scale);
    checkLayer((common) => new Scale({ ...common, factor: 2 }), EXPECTATION);
    expect(layerFromConfig('Custom>Scale', { factor: 3 }).getConfig().factor).toBe(3);
  });

  test('registerLayer accepts a function of the config', () => {
    registerLayer('Doubled', (config) => new Scale({ ...config, factor: 2 }));
    expect(layerFromConfig('Doubled', {}).getConfig().factor).toBe(2);
    registerLayer('Nothing', () => null as never);
    expect(() => layerFromConfig('Nothing', {})).toThrow(/'Nothing' did not make a layer/);
  });

  test('a weight needs known axes', () => {
    expect(() => new Scale().apply(input({ shape: [null] }) as SymbolicTensor)).toThrow(ShapeError);
  });

  test('an activation of the user: by function, and by name for files', () => {
    const cube = (x: Tensor): Tensor => mul(square(x), x);
    const layer = () => layers.activation({ dtype: 'float64', activation: cube });
    expect(outputOf(layer(), [2, -3], [1, 2])).toEqual([8, -27]);
    expect(() => layer().getConfig()).toThrow(/Activation\): activation is a function without a name/);
    registerFunction('cube', cube);
    expect(layer().getConfig().activation).toBe('cube');
    expect(outputOf(layers.dense({ units: 1, activation: 'cube', kernelInitializer: 'ones' }), [1, 1], [1, 2])).toEqual(
      [8],
    );
  });
});

/** Two dense layers and the way around them. */
class Residual extends Layer {
  static override readonly className = 'Residual';

  private readonly parts: readonly Layer[];

  constructor(options: LayerOptions = {}) {
    super(options);
    const { dtype } = this;
    this.parts = [layers.dense({ dtype, units: 4, activation: 'tanh' }), layers.dense({ dtype, units: 3 })];
  }

  override get sublayers(): readonly Layer[] {
    return this.parts;
  }

  override call(x: Tensor): Tensor {
    return add(
      this.parts.reduce<Tensor>((y, layer) => layer.apply(y), x),
      x,
    );
  }
}

describe('layers made of layers', () => {
  test('count the weights of their parts, pass checkLayer, and freeze them', () => {
    registerClass(Residual);
    const weights = [
      ['kernel', [3, 4]],
      ['bias', [4]],
      ['kernel', [4, 3]],
      ['bias', [3]],
    ] as const;
    checkLayer((common) => new Residual(common), { inputs: [[2, 3]], output: [2, 3], weights });
    const layer = new Residual();
    layer.trainable = false;
    expect(layer.sublayers.every(({ trainable }) => !trainable)).toBe(true);
  });
});

describe('as tfjs has them', () => {
  test('its guide’s layer: no options, getClassName, a scalar for an output', () => {
    class SquaredSum extends Layer {
      constructor() {
        super({});
      }

      override call(x: Tensor): Tensor {
        return sum(square(x));
      }

      override getClassName(): string {
        return 'SquaredSum';
      }
    }
    const layer = new SquaredSum();
    expect(layer.name).toMatch(/^squared_sum/);
    expect(outputOf(layer, [-2, 1, 0, 5], [4])).toEqual([30]);
  });

  test('addWeight with the dtype before the initializer', () => {
    class Bias extends Layer {
      private bias!: Weight;

      override build(inputShape: SymbolicShape): void {
        this.bias = this.addWeight('bias', [inputShape[1]], 'float32', initializers.ones(), regularizers.l2(), false);
      }

      override call(x: Tensor): Tensor {
        return add(x, this.bias.read());
      }
    }
    const layer = new Bias();
    expect(outputOf(layer, [1, 2], [1, 2])).toEqual([2, 3]);
    expect(layer.weights[0].regularizer?.className).toBe('L2');
    expect(layer.trainableWeights).toEqual([]);
  });
});

/** A row of a table for each index. */
class Lookup extends Layer {
  static override readonly className = 'Lookup';
  private table!: Weight;

  constructor(options: LayerOptions = {}) {
    super({ ...options, inputDType: 'int32' });
  }

  override build(): void {
    this.table = this.addWeight('table', [5, 3], 'randomNormal');
  }

  override call(x: Tensor): Tensor {
    return gather(this.table.read(), x);
  }
}

test('checkLayer feeds indices to layers that want them', () => {
  registerClass(Lookup);
  const expectation = { inputs: [[2, 4]], output: [2, 4, 3], weights: [['table', [5, 3]]] } as const;
  checkLayer((common) => new Lookup(common), { ...expectation, integersBelow: 5 });
  expect(() => checkLayer((common) => new Lookup(common), expectation)).toThrow(/int32/);
});

describe('checkLayer notices', () => {
  const fails = (Faulty: new (options: ScaleOptions) => Layer, message: RegExp): void => {
    registerClass(Faulty as never);
    expect(() => checkLayer((common) => new Faulty({ ...common, factor: 2 }), EXPECTATION)).toThrow(message);
  };

  test('a leak', () => {
    const left: Tensor[] = [];
    class Leaky extends Scale {
      override call(x: Tensor): Tensor {
        if (left.length === 0) left.push(this.addWeight('extra', [1], 'ones').variable);
        return super.call(x);
      }

      override dispose(): void {
        this.weights[0].dispose();
      }
    }
    fails(Leaky, /memory/);
    for (const tensor of left) tensor.dispose();
  });

  test('a config that forgets an option', () => {
    class Forgetful extends Scale {
      override getConfig(): Record<string, unknown> {
        const { factor, ...config } = super.getConfig();
        return config;
      }
    }
    fails(Forgetful, /equal/i);
  });

  test('a weight that no gradient reaches as it should', () => {
    class Stale extends Scale {
      override call(x: Tensor): Tensor {
        // Reads the values past the tape.
        const values = [...this.scale.read().dataSync()];
        return mul(mul(x, this.factor), values);
      }
    }
    fails(Stale, /./);
  });

  test('other weights than expected', () => {
    expect(() => checkLayer((common) => new Scale(common), { ...EXPECTATION, weights: [['kernel', [3]]] })).toThrow(
      /kernel/,
    );
  });
});

describe('weights', () => {
  test('the weights option gives the first values', () => {
    tidy(() => {
      const layer = layers.dense({ units: 1, useBias: false, weights: [ones([2, 1])] });
      expect([...layer.apply(ones([1, 2])).dataSync()]).toEqual([2]);
      layer.dispose();
    });
  });

  // tfjs: "Layer 'dense' is already disposed." New random weights in its place would go unnoticed.
  test('a layer that was disposed is refused', () => {
    const layer = layers.dense({ units: 1 });
    const x = ones([1, 2]);
    layer.apply(x).dispose();
    layer.dispose();
    layer.dispose();
    expect(() => layer.apply(x)).toThrow(DisposedError);
    expect(() => layer.getWeights()).toThrow(DisposedError);
  });

  test('building allocates nothing until a weight is read', () => {
    const before = memory();
    const layer = layers.dense({ units: 4096 });
    layer.apply(input({ shape: [25_088] }));
    expect(memory()).toEqual(before);
    expect(layer.countParams()).toBe(25_088 * 4096 + 4096);
  });
});

/** Layers of layers: two kept by themselves, others in a list. */
class Block extends Layer {
  static override readonly className: string = 'Block';
  private readonly first = layers.dense({ units: 3 });
  private readonly normalized = layers.batchNormalization();
  private readonly others = [
    layers.dense({ units: 3, kernelRegularizer: 'l2' }),
    layers.activation({ activation: 'tanh' }),
  ];

  override call(x: Tensor, options: CallOptions): Tensor {
    let y = this.normalized.apply(this.first.apply(x, options), options);
    for (const other of this.others) y = other.apply(y, options);
    return y.add(x);
  }
}

describe('a layer that keeps others in its properties', () => {
  function blockModel() {
    clearSession();
    const block = new Block();
    const inputs = input({ shape: [3] });
    const made = model({ inputs, outputs: layers.dense({ units: 1 }).apply(block.apply(inputs)) });
    return { block, made };
  }

  test('has their weights, penalties and trainable flag', () => {
    const { block, made } = blockModel();
    expect(block.weights.map(({ path }) => path)).toEqual([
      ...['dense/kernel', 'dense/bias'],
      ...['gamma', 'beta', 'moving_mean', 'moving_variance'].map((name) => `batch_normalization/${name}`),
      ...['dense_1/kernel', 'dense_1/bias'],
    ]);
    expect(made.trainableWeights).toHaveLength(6 + 2);
    expect(block.countParams()).toBe(12 + 12 + 12);
    tidy(() => expect(made.losses).toHaveLength(1));
    block.trainable = false;
    expect(made.trainableWeights).toHaveLength(2);
    made.dispose();
  });

  test('trains them, and saves and loads them', async () => {
    const { block, made } = blockModel();
    const before = block.getWeights().map((each) => [...each.dataSync()]);
    made.compile({ optimizer: 'adam', loss: 'mse' });
    const x = [
      [1, 2, 3],
      [-1, 0, 1],
    ];
    await made.fit(x, [[1], [0]], { epochs: 1 });
    // The first kernel, gamma, the moving mean, the last kernel: a bias before the normalization has no effect.
    for (const index of [0, 2, 4, 6]) expect([...block.getWeights()[index].dataSync()]).not.toEqual(before[index]);
    registerClass(Block);
    for (const format of ['keras', 'h5', 'safetensors'] as const) {
      const loaded = await loadModel(await encodeModel(made, format));
      tidy(() => expect((loaded.predict(x) as Tensor).arraySync()).toEqual((made.predict(x) as Tensor).arraySync()));
      loaded.dispose();
    }
    made.dispose();
  });
});

/** Returns tensors that it did not create, or one tensor twice. */
class Sharing extends Layer {
  static override readonly className: string = 'Sharing';
  private readonly constant = ones([1, 3]);
  private table!: Weight;

  override build(): void {
    this.table = this.addWeight('table', [1, 3], 'ones');
  }

  override call(x: Tensor): Tensor[] {
    const twice = mul(x, 2);
    return [twice, twice, this.table.read(), this.constant];
  }
}

test('a layer may return one tensor twice, a weight, or a tensor that it keeps: nothing else frees them', async () => {
  const x = input({ shape: [3] });
  const parts = new Sharing().apply(x) as unknown as SymbolicTensor[];
  // Each part meets its last reader at another time.
  const joined = parts.reduce((sum, part) => layers.add().apply([sum, part]) as SymbolicTensor);
  const made = model({ inputs: x, outputs: joined });
  made.compile({ optimizer: 'sgd', loss: 'mse' });
  await made.trainOnBatch(ones([2, 3]), ones([2, 3]));
  for (let i = 0; i < 2; i++) expect((made.predict(ones([2, 3])) as Tensor).shape).toEqual([2, 3]);
  made.dispose();
});

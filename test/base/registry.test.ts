import { beforeEach, describe, expect, test } from 'vitest';
import { resolveActivation } from '../../src/activations/index.js';
import { cpuBackend } from '../../src/backends/cpu/index.js';
import { activateBackend, getBackend, registerBackend, setBackend } from '../../src/backends/registry.js';
import { ValueError } from '../../src/base/errors.js';
import { camelCase, pascalCase, snakeCase, underscored } from '../../src/base/names.js';
import { Registry } from '../../src/base/registry.js';
import { registerClass, registerFunction } from '../../src/base/serialization.js';
import { resolveConstraint } from '../../src/constraints/index.js';
import { resolveInitializer } from '../../src/initializers/index.js';
import { ReLU } from '../../src/layers/activation/advanced-activations.js';
import { Layer } from '../../src/layers/base/layer.js';
import { layerFromConfig } from '../../src/layers/catalog.js';
import { getLoss } from '../../src/losses/registry.js';
import { metric } from '../../src/metrics/registry.js';
import { getOptimizer } from '../../src/optim/registry.js';
import { resolveRegularizer } from '../../src/regularizers/index.js';

describe('spelling', () => {
  test.each([
    ['Conv2D', 'conv2d'],
    ['LeNet5', 'le_net5'],
    ['MaxPooling2D', 'max_pooling2d'],
    ['ConvLSTM2D', 'conv_lstm2d'],
    ['MobileNetV2', 'mobile_net_v2'],
    ['categoricalCrossentropy', 'categorical_crossentropy'],
    ['topK', 'top_k'],
    ['AUC', 'auc'],
  ])('snakeCase of %s is %s, as keras.src.utils.naming.to_snake_case gives it', (name, snake) => {
    expect(snakeCase(name)).toBe(snake);
  });

  test.each(['kernelSize', 'aURL', 'topK', 'x1'])('camelCase undoes underscored: %s', (key) => {
    expect(camelCase(underscored(key))).toBe(key);
  });

  test('pascalCase accepts snake_case and camelCase', () => {
    expect(pascalCase('log_cosh')).toBe('LogCosh');
    expect(pascalCase('logCosh')).toBe('LogCosh');
  });
});

describe('Registry', () => {
  const fruit = () => new Registry<number>({ redApple: 1, pear: 2 }, { poire: 'pear' });

  test.each(['redApple', 'red_apple', 'RedApple', 'red-apple', 'red apple', 'Custom>RedApple'])(
    'finds %s',
    (spelling) => {
      expect(fruit().find(spelling)).toBe(1);
      expect(fruit().nameOf(spelling)).toBe('redApple');
    },
  );

  test('get accepts only the exact name', () => {
    expect(fruit().get('red_apple')).toBeUndefined();
    expect(fruit().get('fruits>redApple')).toBe(1);
  });

  test('an alias is found, suggested, and not listed', () => {
    expect(fruit().find('Poire')).toBe(2);
    expect(() => fruit().resolve('fruit', 'piore', ', or a vegetable')).toThrow(
      new ValueError("fruit is 'piore', expected one of redApple, pear, or a vegetable; did you mean 'poire'?"),
    );
  });

  test('a name is taken in every spelling', () => {
    const registry = fruit();
    registry.register('add', 'plum', 3);
    expect(registry.names).toEqual(['redApple', 'pear', 'plum']);
    expect(registry.isBuiltIn('PLUM')).toBe(false);
    expect(registry.isBuiltIn('PEAR')).toBe(true);
    for (const name of ['Plum', 'Red_Apple', 'poire']) {
      expect(() => registry.register('add', name, 4)).toThrow(new ValueError(`add: the name ${name} is taken`));
    }
  });

  test('the exact name comes before one that is spelled differently', () => {
    const registry = new Registry<number>();
    registry.set('ReLU', 1);
    registry.set('Relu', 2);
    expect(registry.find('ReLU')).toBe(1);
    expect(registry.find('Relu')).toBe(2);
    expect(registry.find('re_lu')).toBe(2);
  });

  test.each(['constructor', '__proto__', 'toString', ''])('does not know %j', (name) => {
    expect(fruit().find(name)).toBeUndefined();
  });
});

describe('every family accepts any spelling', () => {
  beforeEach(() => activateBackend(cpuBackend()));

  test.each(['rms_prop', 'RMSprop', 'rmsProp', 'RmsProp', 'keras.optimizers>RMSprop'])('optimizer %s', (name) => {
    expect(getOptimizer(name).className).toBe('RMSprop');
  });
  test.each(['log_cosh', 'LogCosh', 'logcosh', 'Log-Cosh'])('loss %s', (name) => {
    expect(getLoss(name).name).toBe('logCosh');
  });
  test.each(['top_k_categorical_accuracy', 'TopKCategoricalAccuracy', 'topkCategoricalAccuracy'])(
    'metric %s',
    (name) => {
      expect(metric(name).className).toBe('TopKCategoricalAccuracy');
    },
  );
  test.each(['leaky_relu', 'LeakyReLU', 'leakyrelu'])('activation %s', (name) => {
    expect(resolveActivation(name, 'test').id).toBe('leaky_relu');
  });
  test.each(['glorot_uniform', 'GlorotUniform', 'glorotuniform'])('initializer %s', (name) => {
    expect(resolveInitializer(name, 'test').className).toBe('GlorotUniform');
  });
  test('regularizers and constraints', () => {
    expect(resolveRegularizer('L1_L2', 'test')?.className).toBe('L1L2');
    expect(resolveConstraint('Max_Norm', 'test')?.className).toBe('MaxNorm');
  });
  test.each(['ReLU', 're_lu', 'relu'])('layer class %s', (name) => {
    expect(layerFromConfig(name, {})).toBeInstanceOf(ReLU);
  });
  test('backends', async () => {
    registerBackend('cpu', () => cpuBackend());
    await setBackend('CPU');
    expect(getBackend()).toBe('cpu');
  });
});

describe('registered classes and functions', () => {
  class Relu extends Layer {
    static override readonly className: string = 'Relu';
    override call = (inputs: unknown) => inputs as never;
  }
  class HalfOnes {
    static readonly className = 'HalfOnes';
    readonly className = 'HalfOnes';
    apply = () => null as never;
    getConfig = () => ({});
  }

  test('a class that is spelled almost like a built-in one does not take its place', () => {
    registerClass(Relu);
    expect(layerFromConfig('ReLU', {})).not.toBeInstanceOf(Relu);
    expect(layerFromConfig('Relu', {})).toBeInstanceOf(Relu);
  });

  test('a registered class is found in any spelling', () => {
    registerClass(HalfOnes);
    expect(resolveInitializer('half_ones', 'test')).toBeInstanceOf(HalfOnes);
  });

  test('a registered activation is found in any spelling, under its own name', () => {
    registerFunction('doubleRelu', (x) => x);
    expect(resolveActivation('double_relu', 'test').id).toBe('doubleRelu');
  });

  test('unknown losses, metrics and activations are refused with the nearest name', () => {
    expect(() => getLoss('doublerelo')).toThrow(/^loss is 'doublerelo', expected one of categoricalCrossentropy, /);
    expect(() => metric('acuracy')).toThrow(
      /^metric is 'acuracy', expected one of accuracy, .*; did you mean 'accuracy'\?$/,
    );
    expect(() => metric('huberr')).toThrow(/did you mean 'huber'\?$/);
    expect(() => layerFromConfig('Conv2d3', {})).toThrow(/className is 'Conv2d3', .*did you mean 'Conv2D'\?$/);
  });
});

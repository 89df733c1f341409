import { assertFunction } from '../base/arguments.js';
import { ValueError } from '../base/errors.js';
import { Registry } from '../base/registry.js';
import { show } from '../base/show.js';
import { Adadelta } from './adadelta.js';
import { Adagrad } from './adagrad.js';
import { Adam } from './adam.js';
import { Adamax } from './adamax.js';
import { AdamW } from './adamw.js';
import { Lamb } from './lamb.js';
import { LARS } from './lars.js';
import { Optimizer } from './optimizer.js';
import { RMSprop } from './rmsprop.js';
import { SGD } from './sgd.js';

type Maker = (options: object) => Optimizer;

const optimizers = /* @__PURE__ */ new Registry<Maker>({
  sgd: (options) => new SGD(options),
  momentum: (options) => new SGD({ momentum: 0.9, ...options }),
  adam: (options) => new Adam(options),
  adamw: (options) => new AdamW(options),
  rmsprop: (options) => new RMSprop(options),
  adagrad: (options) => new Adagrad(options),
  adadelta: (options) => new Adadelta(options),
  adamax: (options) => new Adamax(options),
  lamb: (options) => new Lamb(options),
  lars: (options) => new LARS(options),
});

/** Add an optimizer of this library that not every page needs. */
export function addBuiltInOptimizer(name: string, make: Maker): void {
  optimizers.addBuiltIn(name, make);
}

/**
 * Register a custom optimizer by name, for `compile` and for files.
 * @throws ValueError when it is taken
 * @example optimizers.registerOptimizer('slowSgd', () => optimizers.sgd({ learningRate: 1e-4 }))
 */
export function registerOptimizer(name: string, make: Maker): void {
  assertFunction('registerOptimizer', 'make', make);
  optimizers.register('registerOptimizer', name, make);
}

/**
 * Make an optimizer from its name, or Keras's class name, and options as `getConfig` gives them. Adafactor, Ftrl, Lion
 * and Nadam go by name in Node and where models are loaded; a bundle of neither takes the objects.
 * @throws ValueError when the name is unknown
 * @example optimizerFromConfig('Adam', { learningRate: 0.001 })
 */
export function optimizerFromConfig(name: string, options: object = {}): Optimizer {
  return optimizers.resolve('optimizer', name, ', or a name under registerOptimizer')(options);
}

/**
 * Resolve `compile`'s optimizer: a name, with Keras's defaults, or an optimizer.
 * @throws ValueError
 * @example optimizers.getOptimizer('adam')
 */
export function getOptimizer(identifier: string | Optimizer): Optimizer {
  if (typeof identifier === 'string') return optimizerFromConfig(identifier);
  if (identifier instanceof Optimizer) return identifier;
  throw new ValueError(`optimizer: given ${show(identifier)}, expected a name or an optimizer`);
}

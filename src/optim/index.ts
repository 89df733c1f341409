export { Adadelta, type AdadeltaOptions, adadelta } from './adadelta.js';
export { Adafactor, type AdafactorOptions, adafactor } from './adafactor.js';
export { Adagrad, type AdagradOptions, adagrad } from './adagrad.js';
export { Adam, type AdamOptions, adam } from './adam.js';
export { Adamax, type AdamaxOptions, adamax } from './adamax.js';
export { AdamW, type AdamWOptions, adamw } from './adamw.js';
export { cosineDecayRestarts } from './cosine-restarts.js';
export { Ftrl, type FtrlOptions, ftrl } from './ftrl.js';
export { Lamb, type LambOptions, lamb } from './lamb.js';
export { LARS, type LARSOptions, lars } from './lars.js';
export { Lion, type LionOptions, lion } from './lion.js';
export { Nadam, type NadamOptions, nadam } from './nadam.js';
export type { Gradients, VariableOrWeight } from './named-gradients.js';
export { oneCycle } from './one-cycle.js';
export { Optimizer, type UpdateStep } from './optimizer.js';
export type { OptimizerOptions, OptionsOrRate } from './optimizer-options.js';
export { getOptimizer, optimizerFromConfig, registerOptimizer } from './registry.js';
export { RMSprop, type RMSpropOptions, rmsprop } from './rmsprop.js';
export {
  cosineDecay,
  exponentialDecay,
  inverseTimeDecay,
  linearWarmup,
  piecewiseConstantDecay,
  polynomialDecay,
  type Schedule,
} from './schedules.js';
export { SGD, type SGDOptions, sgd } from './sgd.js';
export type { NamedTensor, Slot, SlotReport } from './slots.js';

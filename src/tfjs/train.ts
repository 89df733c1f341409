import { Adadelta } from '../optim/adadelta.js';
import { Adagrad } from '../optim/adagrad.js';
import { Adam } from '../optim/adam.js';
import { Adamax } from '../optim/adamax.js';
import { RMSprop } from '../optim/rmsprop.js';
import { SGD } from '../optim/sgd.js';

/* tfjs's `train` namespace: the optimizers with tfjs's positional arguments. */

/** Gradient descent, `optimizers.sgd`. @example train.sgd(0.1) */
export const sgd = (learningRate: number): SGD => new SGD({ learningRate });

/** Gradient descent with momentum, optionally Nesterov's. @example train.momentum(0.1, 0.9) */
export const momentum = (learningRate: number, momentum: number, useNesterov = false): SGD =>
  new SGD({ learningRate, momentum, nesterov: useNesterov });

/** `optimizers.adam`. @param epsilon default 1e-7 @example train.adam(0.001) */
export const adam = (learningRate = 0.001, beta1 = 0.9, beta2 = 0.999, epsilon?: number): Adam =>
  new Adam({ learningRate, beta1, beta2, epsilon });

/** `optimizers.adamax`. @param epsilon default 1e-7 @param decay of the learning rate @example train.adamax(0.002) */
export const adamax = (learningRate = 0.002, beta1 = 0.9, beta2 = 0.999, epsilon?: number, decay = 0): Adamax =>
  new Adamax({ learningRate, beta1, beta2, epsilon, decay });

/** `optimizers.adagrad`. @example train.adagrad(0.01) */
export const adagrad = (learningRate: number, initialAccumulatorValue = 0.1): Adagrad =>
  new Adagrad({ learningRate, initialAccumulatorValue });

/** `optimizers.adadelta`. @param epsilon default 1e-7 @example train.adadelta(1) */
export const adadelta = (learningRate = 0.001, rho = 0.95, epsilon?: number): Adadelta =>
  new Adadelta({ learningRate, rho, epsilon });

/**
 * `optimizers.rmsprop`.
 * @param decay fraction of the running mean that remains, Keras's rho
 * @example train.rmsprop(0.001)
 */
export const rmsprop = (learningRate: number, decay = 0.9, momentum = 0, epsilon?: number, centered = false): RMSprop =>
  new RMSprop({ learningRate, rho: decay, momentum, epsilon, centered });

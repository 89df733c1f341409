import { Adadelta } from './adadelta.js';
import { Adagrad } from './adagrad.js';
import { Adam } from './adam.js';
import { Adamax } from './adamax.js';
import { Rmsprop } from './rmsprop.js';
import { Sgd } from './sgd.js';

/*
 * tfjs's `train` namespace: the same optimizers with tfjs's arguments in tfjs's order.
 */

export const sgd = (learningRate: number): Sgd => new Sgd({ learningRate });

export const momentum = (learningRate: number, momentum: number, useNesterov = false): Sgd =>
  new Sgd({ learningRate, momentum, nesterov: useNesterov });

export const adam = (learningRate = 0.001, beta1 = 0.9, beta2 = 0.999, epsilon?: number): Adam =>
  new Adam({ learningRate, beta1, beta2, epsilon });

export const adamax = (learningRate = 0.002, beta1 = 0.9, beta2 = 0.999, epsilon?: number, decay = 0): Adamax =>
  new Adamax({ learningRate, beta1, beta2, epsilon, decay });

export const adagrad = (learningRate: number, initialAccumulatorValue = 0.1): Adagrad =>
  new Adagrad({ learningRate, initialAccumulatorValue });

export const adadelta = (learningRate = 0.001, rho = 0.95, epsilon?: number): Adadelta =>
  new Adadelta({ learningRate, rho, epsilon });

/** @param decay the share of the running mean that stays, Keras's rho */
export const rmsprop = (learningRate: number, decay = 0.9, momentum = 0, epsilon?: number, centered = false): Rmsprop =>
  new Rmsprop({ learningRate, rho: decay, momentum, epsilon, centered });

import { Adadelta } from '../optim/adadelta.js';
import { Adagrad } from '../optim/adagrad.js';
import { Adam } from '../optim/adam.js';
import { Adamax } from '../optim/adamax.js';
import { RMSprop } from '../optim/rmsprop.js';
import { SGD } from '../optim/sgd.js';

/* tfjs's classes of optimizers: nabla's, with positional arguments; null is the default. */

export { Optimizer } from '../optim/optimizer.js';

/** `optimizers.SGD`. @example const optimizer = new SGDOptimizer(0.1); */
export class SGDOptimizer extends SGD {
  constructor(learningRate: number) {
    super({ learningRate });
  }
}

/** `optimizers.SGD` with momentum. @example const optimizer = new MomentumOptimizer(0.1, 0.9); */
export class MomentumOptimizer extends SGD {
  constructor(learningRate: number, momentum: number, useNesterov?: boolean | null) {
    super({ learningRate, momentum, nesterov: useNesterov ?? false });
  }
}

/** `optimizers.Adam`. @example const optimizer = new AdamOptimizer(0.001, 0.9, 0.999); */
export class AdamOptimizer extends Adam {
  constructor(learningRate: number, beta1?: number | null, beta2?: number | null, epsilon?: number | null) {
    super({ learningRate, beta1: beta1 ?? 0.9, beta2: beta2 ?? 0.999, epsilon: epsilon ?? undefined });
  }
}

/** `optimizers.Adamax`. @example const optimizer = new AdamaxOptimizer(0.002, 0.9, 0.999); */
export class AdamaxOptimizer extends Adamax {
  constructor(
    learningRate: number,
    beta1?: number | null,
    beta2?: number | null,
    epsilon?: number | null,
    decay?: number | null,
  ) {
    super({
      learningRate,
      beta1: beta1 ?? 0.9,
      beta2: beta2 ?? 0.999,
      epsilon: epsilon ?? undefined,
      decay: decay ?? 0,
    });
  }
}

/** `optimizers.Adagrad`. @example const optimizer = new AdagradOptimizer(0.01); */
export class AdagradOptimizer extends Adagrad {
  constructor(learningRate: number, initialAccumulatorValue?: number | null) {
    super({ learningRate, initialAccumulatorValue: initialAccumulatorValue ?? 0.1 });
  }
}

/** `optimizers.Adadelta`. @example const optimizer = new AdadeltaOptimizer(1, 0.95); */
export class AdadeltaOptimizer extends Adadelta {
  constructor(learningRate: number, rho?: number | null, epsilon?: number | null) {
    super({ learningRate, rho: rho ?? 0.95, epsilon: epsilon ?? undefined });
  }
}

/**
 * `optimizers.RMSprop`.
 * @param decay fraction of the running mean that remains, Keras's rho
 * @example const optimizer = new RMSPropOptimizer(0.001);
 */
export class RMSPropOptimizer extends RMSprop {
  constructor(
    learningRate: number,
    decay?: number | null,
    momentum?: number | null,
    epsilon?: number | null,
    centered?: boolean | null,
  ) {
    super({
      learningRate,
      rho: decay ?? 0.9,
      momentum: momentum ?? 0,
      epsilon: epsilon ?? undefined,
      centered: centered ?? false,
    });
  }
}

import { ValueError } from '../base/errors.js';
import { Registry } from '../base/registry.js';

/** The learning rate as a function of the number of updates so far. */
export interface Schedule {
  (step: number): number;
  /** Keras's class name, where the schedule can be saved. */
  readonly className?: string;
  readonly config?: Readonly<Record<string, unknown>>;
}

function schedule(className: string, config: object, at: (step: number) => number): Schedule {
  return Object.assign(at, { className, config: { ...config } });
}

function assertPositive(caller: string, options: Readonly<Record<string, number>>): void {
  for (const [name, value] of Object.entries(options)) {
    if (!(value > 0)) throw new ValueError(`${caller}: ${name} is ${value}, expected a positive number`);
  }
}

export interface DecayOptions {
  readonly initialLearningRate: number;
  /** Updates after which the rate has decayed once. */
  readonly decaySteps: number;
  readonly decayRate: number;
  /** Whether it decays in steps, every `decaySteps` updates; default false. */
  readonly staircase?: boolean;
}

/**
 * initialLearningRate · decayRate^(step / decaySteps)
 * @throws ValueError when a rate or decaySteps is not positive
 * @example optimizers.adam({ learningRate: optimizers.exponentialDecay({ initialLearningRate: 0.1, decaySteps: 1000, decayRate: 0.9 }) })
 */
export function exponentialDecay(options: DecayOptions): Schedule {
  const { initialLearningRate, decaySteps, decayRate, staircase = false } = options;
  assertPositive('exponentialDecay', { initialLearningRate, decaySteps, decayRate });
  return schedule('ExponentialDecay', options, (step) => {
    const times = step / decaySteps;
    return initialLearningRate * decayRate ** (staircase ? Math.floor(times) : times);
  });
}

/**
 * initialLearningRate / (1 + decayRate · step / decaySteps). See `exponentialDecay`.
 * @throws ValueError
 * @example optimizers.sgd({ learningRate: optimizers.inverseTimeDecay({ initialLearningRate: 0.1, decaySteps: 100, decayRate: 0.5 }) })
 */
export function inverseTimeDecay(options: DecayOptions): Schedule {
  const { initialLearningRate, decaySteps, decayRate, staircase = false } = options;
  assertPositive('inverseTimeDecay', { initialLearningRate, decaySteps, decayRate });
  return schedule('InverseTimeDecay', options, (step) => {
    const times = step / decaySteps;
    return initialLearningRate / (1 + decayRate * (staircase ? Math.floor(times) : times));
  });
}

export interface PiecewiseOptions {
  /** Rising step numbers: up to and including boundaries[i] the rate is values[i]. */
  readonly boundaries: readonly number[];
  /** One more than boundaries. */
  readonly values: readonly number[];
}

/**
 * A rate for each stretch of updates.
 * @throws ValueError when the counts do not fit or boundaries do not rise
 * @example optimizers.sgd({ learningRate: optimizers.piecewiseConstantDecay({ boundaries: [1000], values: [0.1, 0.01] }) })
 */
export function piecewiseConstantDecay(options: PiecewiseOptions): Schedule {
  const { boundaries, values } = options;
  if (values.length !== boundaries.length + 1) {
    throw new ValueError(
      `piecewiseConstantDecay: ${values.length} values given, expected ${boundaries.length + 1}, one more than boundaries`,
    );
  }
  if (boundaries.some((boundary, i) => i > 0 && boundary <= boundaries[i - 1])) {
    throw new ValueError(`piecewiseConstantDecay: boundaries are [${boundaries}], expected rising numbers`);
  }
  return schedule('PiecewiseConstantDecay', options, (step) => {
    const stretch = boundaries.findIndex((boundary) => step <= boundary);
    return stretch < 0 ? values[values.length - 1] : values[stretch];
  });
}

export interface PolynomialOptions {
  readonly initialLearningRate: number;
  readonly decaySteps: number;
  /** Default 0.0001. */
  readonly endLearningRate?: number;
  /** Default 1: a straight line. */
  readonly power?: number;
  /** Whether it starts again, over twice, three times … as many steps, once it has ended; default false. */
  readonly cycle?: boolean;
}

/**
 * (initialLearningRate − endLearningRate) · (1 − step / decaySteps)^power + endLearningRate.
 * @throws ValueError
 * @example optimizers.sgd({ learningRate: optimizers.polynomialDecay({ initialLearningRate: 0.1, decaySteps: 1000 }) })
 */
export function polynomialDecay(options: PolynomialOptions): Schedule {
  const { initialLearningRate, decaySteps, endLearningRate = 0.0001, power = 1, cycle = false } = options;
  assertPositive('polynomialDecay', { initialLearningRate, decaySteps, power });
  return schedule('PolynomialDecay', options, (step) => {
    const total = cycle ? decaySteps * Math.max(1, Math.ceil(step / decaySteps)) : decaySteps;
    const left = 1 - Math.min(step, total) / total;
    return (initialLearningRate - endLearningRate) * left ** power + endLearningRate;
  });
}

export interface CosineOptions {
  readonly initialLearningRate: number;
  /** Updates from the peak to the end. */
  readonly decaySteps: number;
  /** Share of the peak that is left at the end; default 0. */
  readonly alpha?: number;
  /** The peak that a linear warm-up leads to; default: none, the decay starts at initialLearningRate. */
  readonly warmupTarget?: number;
  /** Default 0. */
  readonly warmupSteps?: number;
}

/**
 * peak · ((1 − alpha) · ½(1 + cos(π · step / decaySteps)) + alpha)
 * @throws ValueError when decaySteps is not positive
 * @see Loshchilov and Hutter, "SGDR", arXiv:1608.03983
 * @example optimizers.adam({ learningRate: optimizers.cosineDecay({ initialLearningRate: 0.1, decaySteps: 1000 }) })
 */
export function cosineDecay(options: CosineOptions): Schedule {
  const { initialLearningRate, decaySteps, alpha = 0, warmupTarget, warmupSteps = 0 } = options;
  assertPositive('cosineDecay', { decaySteps });
  const warmup = warmupTarget === undefined ? 0 : warmupSteps;
  const peak = warmupTarget ?? initialLearningRate;
  return schedule('CosineDecay', options, (step) => {
    if (step < warmup) return initialLearningRate + ((peak - initialLearningRate) * step) / warmup;
    const done = Math.min(step - warmup, decaySteps) / decaySteps;
    return peak * ((1 - alpha) * 0.5 * (1 + Math.cos(Math.PI * done)) + alpha);
  });
}

const BY_CLASS_NAME = /* @__PURE__ */ new Registry<(options: never) => Schedule>({
  ExponentialDecay: exponentialDecay,
  InverseTimeDecay: inverseTimeDecay,
  PiecewiseConstantDecay: piecewiseConstantDecay,
  PolynomialDecay: polynomialDecay,
  CosineDecay: cosineDecay,
});

/** A schedule from the output of `Optimizer.getConfig`. @throws ValueError when the class is unknown */
export function scheduleFromConfig(className: string, config: Readonly<Record<string, unknown>>): Schedule {
  return BY_CLASS_NAME.resolve('learningRate: className', className)(config as never);
}

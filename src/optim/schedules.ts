import { ValueError } from '../base/errors.js';
import { INSPECT, type InspectArguments, inspected } from '../base/inspect.js';
import { option } from '../base/option.js';
import {
  boolean,
  configOf,
  fraction,
  type Given,
  listOf,
  number,
  type Options,
  type OptionTable,
  readOptions,
  string,
} from '../base/options.js';
import { Registry } from '../base/registry.js';
import { isPlainObject } from '../base/show.js';

/** The learning rate as a function of the number of updates so far. */
export interface Schedule {
  (step: number): number;
  /** Keras's class name, where the schedule can be saved. */
  readonly className?: string;
  readonly config?: Readonly<Record<string, unknown>>;
}

interface Definition<Table extends OptionTable> {
  readonly className: string;
  readonly options: Table;
  /** Throw a ValueError where options contradict each other. */
  validate?(options: Options<Table>): void;
  at(step: number, options: Options<Table>): number;
}

/** A function of options that creates a schedule. @param caller its name, for messages */
export const scheduleOf =
  <Table extends OptionTable>(caller: string, { className, options, validate, at }: Definition<Table>) =>
  (given: Given<Table>): Schedule => {
    const values = readOptions(caller, options, given);
    validate?.(values);
    const config = configOf(options, values);
    return Object.assign((step: number) => at(step, values), {
      className,
      config,
      [INSPECT]: (...args: InspectArguments) => inspected(className, config, args),
    });
  };

const positive = () => number({ above: 0 });

/** Keras's `name` of a schedule, which is stored in files but not used. */
const name = () => string().optional();

const DECAY = {
  /** The rate of the first update. */
  initialLearningRate: positive(),
  /** Updates after which the rate has decayed once. */
  decaySteps: positive(),
  /** The decay of one period of decaySteps. */
  decayRate: positive(),
  /** Whether it decays in steps, every `decaySteps` updates; default false. */
  staircase: boolean().default(false),
  /** Keras's name, kept for files; not used. */
  name: name(),
};

/** Return the number of decay periods so far, an integer for a staircase. */
const decays = (step: number, { decaySteps, staircase }: Options<typeof DECAY>): number =>
  staircase ? Math.floor(step / decaySteps) : step / decaySteps;

/**
 * initialLearningRate · decayRate^(step / decaySteps)
 * @throws ValueError when a rate or decaySteps is not positive
 * @example optimizers.adam({ learningRate: optimizers.exponentialDecay({ initialLearningRate: 0.1, decaySteps: 1000,
 * decayRate: 0.9 }) })
 */
export const exponentialDecay = /* @__PURE__ */ scheduleOf('exponentialDecay', {
  className: 'ExponentialDecay',
  options: DECAY,
  at: (step, options) => options.initialLearningRate * options.decayRate ** decays(step, options),
});

/**
 * initialLearningRate / (1 + decayRate · step / decaySteps). See `exponentialDecay`.
 * @throws ValueError
 * @example optimizers.sgd({ learningRate: optimizers.inverseTimeDecay({ initialLearningRate: 0.1, decaySteps: 100,
 * decayRate: 0.5 }) })
 */
export const inverseTimeDecay = /* @__PURE__ */ scheduleOf('inverseTimeDecay', {
  className: 'InverseTimeDecay',
  options: DECAY,
  at: (step, options) => options.initialLearningRate / (1 + options.decayRate * decays(step, options)),
});

/**
 * A constant rate for each range of updates.
 * @throws ValueError when the counts do not fit or boundaries do not rise
 * @example optimizers.sgd({ learningRate: optimizers.piecewiseConstantDecay({ boundaries: [1000], values: [0.1, 0.01]
 * }) })
 */
export const piecewiseConstantDecay = /* @__PURE__ */ scheduleOf('piecewiseConstantDecay', {
  className: 'PiecewiseConstantDecay',
  options: {
    /** Rising step numbers: up to and including boundaries[i] the rate is values[i]. */
    boundaries: listOf(number()),
    /** One more than boundaries. */
    values: listOf(number()),
    /** Keras's name, kept for files; not used. */
    name: name(),
  },
  validate: ({ boundaries, values }) => {
    if (values.length !== boundaries.length + 1) {
      throw new ValueError(
        `piecewiseConstantDecay: ${values.length} values given, expected ${boundaries.length + 1}, one more than ` +
          'boundaries',
      );
    }
    if (boundaries.some((boundary, i) => i > 0 && boundary <= boundaries[i - 1])) {
      throw new ValueError(`piecewiseConstantDecay: boundaries are [${boundaries}], expected rising numbers`);
    }
  },
  at: (step, { boundaries, values }) => {
    const range = boundaries.findIndex((boundary) => step <= boundary);
    return range < 0 ? values[values.length - 1] : values[range];
  },
});

/**
 * (initialLearningRate − endLearningRate) · (1 − step / decaySteps)^power + endLearningRate
 * @throws ValueError
 * @example optimizers.sgd({ learningRate: optimizers.polynomialDecay({ initialLearningRate: 0.1, decaySteps: 1000 }) })
 */
export const polynomialDecay = /* @__PURE__ */ scheduleOf('polynomialDecay', {
  className: 'PolynomialDecay',
  options: {
    /** The rate of the first update. */
    initialLearningRate: positive(),
    /** Updates until the end. */
    decaySteps: positive(),
    /** The rate at the end; default 0.0001. */
    endLearningRate: number().default(0.0001),
    /** Default 1: a straight line. */
    power: positive().default(1),
    /** Whether to restart at the end of each decay, with twice, three times, … the number of steps; default false. */
    cycle: boolean().default(false),
    /** Keras's name, kept for files; not used. */
    name: name(),
  },
  at: (step, { initialLearningRate, decaySteps, endLearningRate, power, cycle }) => {
    const total = cycle ? decaySteps * Math.max(1, Math.ceil(step / decaySteps)) : decaySteps;
    const left = 1 - Math.min(step, total) / total;
    return (initialLearningRate - endLearningRate) * left ** power + endLearningRate;
  },
});

/**
 * peak · ((1 − alpha) · ½(1 + cos(π · step / decaySteps)) + alpha), after a linear warm-up to the peak
 * @throws ValueError when decaySteps is not positive, or there is a warm-up without its target
 * @see Loshchilov and Hutter, "SGDR", arXiv:1608.03983
 * @example optimizers.adam({ learningRate: optimizers.cosineDecay({ initialLearningRate: 0.1, decaySteps: 1000 }) })
 */
export const cosineDecay = /* @__PURE__ */ scheduleOf('cosineDecay', {
  className: 'CosineDecay',
  options: {
    /** The rate of the first update. */
    initialLearningRate: number({ min: 0 }),
    /** Updates from the peak to the end. */
    decaySteps: positive(),
    /** Fraction of the peak at the end; default 0. */
    alpha: fraction().default(0),
    /** The peak that a linear warm-up leads to; default none: the decay starts at initialLearningRate. */
    warmupTarget: number({ min: 0 }).nullable().default(null),
    /** Updates until the peak; default 0. */
    warmupSteps: number({ min: 0 }).default(0),
    /** Keras's name, kept for files; not used. */
    name: name(),
  },
  validate: ({ warmupTarget, warmupSteps }) => {
    if (warmupSteps > 0 && warmupTarget === null) {
      throw new ValueError(`cosineDecay: warmupSteps is ${warmupSteps}, expected a warmupTarget with it`);
    }
  },
  at: (step, { initialLearningRate, decaySteps, alpha, warmupTarget, warmupSteps }) => {
    const peak = warmupTarget ?? initialLearningRate;
    if (step < warmupSteps) return initialLearningRate + ((peak - initialLearningRate) * step) / warmupSteps;
    const done = Math.min(step - warmupSteps, decaySteps) / decaySteps;
    return peak * ((1 - alpha) * 0.5 * (1 + Math.cos(Math.PI * done)) + alpha);
  },
});

/** A number, a schedule, or the config of a schedule. */
const rate = () =>
  option<number | Schedule>({
    expected: 'a number ≥ 0 or a schedule',
    read: (value) => {
      if (typeof value === 'function') return value as Schedule;
      if (isPlainObject(value) && typeof value.className === 'string') {
        return scheduleFromConfig(value.className, value.config as Readonly<Record<string, unknown>>);
      }
      return Number.isFinite(value) && (value as number) >= 0 ? (value as number) : undefined;
    },
    toConfig: (value, place) => {
      if (typeof value === 'number') return value;
      const { className, config } = value;
      if (className && config) return { className, config };
      throw new ValueError(`${place} is a custom function, which cannot be saved`);
    },
  });

/**
 * A straight line from warmupLearningRate to the rate that the schedule after it has at warmupSteps; then that
 * schedule, by its own count of all updates. Large batches need large rates, at which training that starts with them
 * diverges.
 * @throws ValueError when warmupSteps is not positive
 * @see Goyal et al., "Accurate, large minibatch SGD", section 2.2, arXiv:1706.02677; LinearWarmup of TensorFlow's
 * models
 * @example optimizers.sgd({ learningRate: optimizers.linearWarmup({ warmupSteps: 500, afterWarmup: 0.8 }) })
 */
export const linearWarmup = /* @__PURE__ */ scheduleOf('linearWarmup', {
  className: 'LinearWarmup',
  options: {
    /** Updates until the line ends. */
    warmupSteps: positive(),
    /** The rate after the line: a number or a schedule. */
    afterWarmup: rate(),
    /** The rate of the first update; default 0. */
    warmupLearningRate: number({ min: 0 }).default(0),
    /** Name, kept for files; not used. */
    name: name(),
  },
  at: (step, { warmupSteps, afterWarmup, warmupLearningRate }) => {
    const after = (at: number) => (typeof afterWarmup === 'number' ? afterWarmup : afterWarmup(at));
    if (step >= warmupSteps) return after(step);
    return warmupLearningRate + ((after(warmupSteps) - warmupLearningRate) * step) / warmupSteps;
  },
});

const BY_CLASS_NAME = /* @__PURE__ */ new Registry<(options: never) => Schedule>({
  ExponentialDecay: exponentialDecay,
  InverseTimeDecay: inverseTimeDecay,
  PiecewiseConstantDecay: piecewiseConstantDecay,
  PolynomialDecay: polynomialDecay,
  CosineDecay: cosineDecay,
  LinearWarmup: linearWarmup,
});

/** Add a schedule of this library that not every page needs. */
export function addBuiltInSchedule<Given>(className: string, make: (options: Given) => Schedule): void {
  BY_CLASS_NAME.addBuiltIn(className, make);
}

/** A schedule from the output of `Optimizer.getConfig`. @throws ValueError when the class is unknown */
export function scheduleFromConfig(className: string, config: Readonly<Record<string, unknown>>): Schedule {
  return BY_CLASS_NAME.resolve('learningRate: className', className)(config as never);
}

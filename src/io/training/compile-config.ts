import { FormatError, NablaError } from '../../base/errors.js';
import { bareName } from '../../base/names.js';
import '../../losses/catalog.js';
import { loss as makeLoss } from '../../losses/registry.js';
import '../../metrics/catalog.js';
import '../../optim/catalog.js';
import type { Optimizer } from '../../optim/optimizer.js';
import { optimizerFromConfig } from '../../optim/registry.js';
import type { CompileOptions } from '../../training/model/compile.js';
import { asObject, isObject, type JsonObject } from '../bytes/json.js';
import { toCamel } from '../keras/spelling.js';
import { readMetric } from './metric-config.js';

/* The arguments of `compile` as Keras configs: `compile_config` in .keras, `training_config` in .h5. */

/** Read the options of `compile`. @throws FormatError naming unsupported options */
export function readCompileConfig(json: JsonObject, caller: string): CompileOptions {
  const hint = `${caller}: the training configuration cannot be read; { compile: false } loads the model without it`;
  // A model with its own `trainStep` may be compiled without one.
  const optimizer = json.optimizer ?? json.optimizer_config ?? undefined;
  try {
    const options = {
      optimizer: optimizer && readOptimizer(optimizer, caller),
      loss: eachOf(json.loss, (loss) => readLoss(loss, caller)),
      lossWeights: json.loss_weights ?? undefined,
      metrics: json.metrics ? eachOf(json.metrics, (metric) => readMetric(metric, caller)) : undefined,
      weightedMetrics: json.weighted_metrics
        ? eachOf(json.weighted_metrics, (metric) => readMetric(metric, caller))
        : undefined,
    };
    return options as unknown as CompileOptions;
  } catch (error) {
    if (!(error instanceof NablaError)) throw error;
    throw new FormatError(`${hint} (${error.message})`, { cause: error });
  }
}

/** Apply `f` to a value, or to each value of a list or an object, which has one per output. */
function eachOf(value: unknown, f: (one: unknown) => unknown): unknown {
  if (Array.isArray(value)) return value.map((each) => eachOf(each, f));
  if (isObject(value) && !('class_name' in value)) {
    return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, eachOf(each, f)]));
  }
  return f(value);
}

/** Spellings of options that do not follow from Keras's. */
const RENAMED: Readonly<Record<string, string>> = {
  lr: 'learningRate',
  clipnorm: 'clipNorm',
  clipvalue: 'clipValue',
  globalClipnorm: 'globalClipNorm',
  useNesterov: 'nesterov',
};

/** Options of Keras optimizers for names and compilers. */
const IGNORED = new Set(['name', 'jitCompile', 'isLegacyOptimizer']);

/** Options without effect when off; if one is on, the optimizer refuses it. */
const MAY_BE_OFF = new Set(['lossScaleFactor', 'gradientAccumulationSteps', 'emaOverwriteFrequency', 'weightDecay']);

/** Create an optimizer from a Keras config. @throws FormatError @throws ValueError when nabla does not support it */
export function readOptimizer(json: unknown, caller: string): Optimizer {
  if (typeof json === 'string') return optimizerFromConfig(json);
  const { class_name, config, nabla } = asObject(json, `${caller}: optimizer`);
  const className = bareName(String(class_name));
  const camel = toCamel(asObject(config, `${caller}: optimizer`));
  // Keras's Adam with weight decay is AdamW.
  const name = className === 'Adam' && camel.weightDecay ? 'AdamW' : className;
  const options = Object.entries(camel).flatMap(([key, value]): [string, unknown][] => {
    const isOff = MAY_BE_OFF.has(key) && !value && !(name === 'AdamW' && key === 'weightDecay');
    if (value === null || isOff || IGNORED.has(key)) return [];
    // The `decay` of tfjs's RMSProp is not a decay of the learning rate.
    if (className === 'RMSProp' && key === 'decay') return [['rho', value]];
    // In Nadam of Keras before 2.11, this is the decay of the momentum schedule; nabla refuses it under its current
    // name.
    if (className === 'Nadam' && key === 'decay') return value ? [['scheduleDecay', value]] : [];
    return [[RENAMED[key] ?? key, value]];
  });
  const own = isObject(nabla) ? toCamel(nabla) : {};
  return optimizerFromConfig(name, { ...Object.fromEntries(options), ...own });
}

/** Options of Keras losses that do not affect results. */
const WITHOUT_MEANING = new Set(['name', 'dtype', 'fn']);

function readLoss(json: unknown, caller: string): unknown {
  if (json === null || typeof json === 'string') return json;
  const { class_name, config } = asObject(json, `${caller}: loss`);
  if (typeof config === 'string') return makeLoss(config);
  if (class_name === '__lambda__') throw new FormatError(`${caller}: the loss is Python code, which is not run`);
  const camel = toCamel(asObject(config, `${caller}: loss`));
  const options = Object.entries(camel).filter(
    // Keras 2's 'auto' is the default.
    ([key, value]) =>
      !WITHOUT_MEANING.has(key) &&
      !(key === 'reduction' && value === 'auto') &&
      (value !== null || key === 'reduction'),
  );
  return makeLoss(String(class_name), Object.fromEntries(options));
}

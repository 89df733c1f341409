import { loss as makeLoss } from '../../losses/registry.js';
import type { CompileOptions } from '../../models/training/compile.js';
import { optimizerFromConfig } from '../../optim/registry.js';
import { FormatError, NablaError } from '../../tensor/errors.js';
import { asObject, isObject, type JsonObject } from '../json.js';
import { toCamel } from '../keras/spelling.js';
import { readMetric } from './metric-config.js';

/* What `compile` was given, as Keras writes it: `compile_config` in .keras, `training_config` in .h5. */

/** The options of `compile` that a file holds. @throws FormatError naming what nabla does not have */
export function readCompileConfig(json: JsonObject, where: string): CompileOptions {
  const hint = `${where}: the training configuration cannot be read; { compile: false } loads the model without it`;
  try {
    const options = {
      optimizer: readOptimizer(json.optimizer ?? json.optimizer_config, where),
      loss: eachOf(json.loss, (loss) => readLoss(loss, where)),
      lossWeights: json.loss_weights ?? undefined,
      metrics: json.metrics ? eachOf(json.metrics, (metric) => readMetric(metric, where)) : undefined,
      weightedMetrics: json.weighted_metrics
        ? eachOf(json.weighted_metrics, (metric) => readMetric(metric, where))
        : undefined,
    };
    return options as unknown as CompileOptions;
  } catch (error) {
    if (!(error instanceof NablaError)) throw error;
    throw new FormatError(`${hint} (${error.message})`, { cause: error });
  }
}

/** Applies `f` to a value, or to each in a list or a record, as outputs have it. */
function eachOf(value: unknown, f: (one: unknown) => unknown): unknown {
  if (Array.isArray(value)) return value.map((each) => eachOf(each, f));
  if (isObject(value) && !('class_name' in value)) {
    return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, eachOf(each, f)]));
  }
  return f(value);
}

/** Spellings of options that do not follow from Keras's by rule. */
const RENAMED: Readonly<Record<string, string>> = {
  lr: 'learningRate',
  clipnorm: 'clipNorm',
  clipvalue: 'clipValue',
  globalClipnorm: 'globalClipNorm',
};

/** Options of Keras's optimizers about names, averaging of weights, loss scaling and compilers; none is in use unless it is set. */
const IGNORED = new Set([
  'name',
  'useEma',
  'emaMomentum',
  'emaOverwriteFrequency',
  'jitCompile',
  'isLegacyOptimizer',
  'lossScaleFactor',
  'gradientAccumulationSteps',
]);

function readOptimizer(json: unknown, where: string) {
  if (typeof json === 'string') return optimizerFromConfig(json);
  const { class_name, config } = asObject(json, `${where}: optimizer`);
  const name = String(class_name);
  const options = Object.entries(toCamel(asObject(config, `${where}: optimizer`))).flatMap(
    ([key, value]): [string, unknown][] => {
      if (value === null || IGNORED.has(key) || (key === 'weightDecay' && !name.includes('AdamW'))) return [];
      return [[RENAMED[key] ?? key, value]];
    },
  );
  return optimizerFromConfig(name.slice(name.lastIndexOf('>') + 1), Object.fromEntries(options));
}

const LOSS_OPTIONS = new Set(['fromLogits', 'labelSmoothing', 'delta']);

function readLoss(json: unknown, where: string): unknown {
  if (json === null || typeof json === 'string') return json;
  const { class_name, config } = asObject(json, `${where}: loss`);
  if (typeof config === 'string') return makeLoss(config);
  if (class_name === '__lambda__') throw new FormatError(`${where}: the loss is Python code, which is not run`);
  const options = Object.entries(toCamel(asObject(config, `${where}: loss`))).filter(
    ([key, value]) => LOSS_OPTIONS.has(key) && value !== null,
  );
  return makeLoss(String(class_name), Object.fromEntries(options));
}

import { pascalCase, snakeCase } from '../../base/names.js';
import type { Loss } from '../../losses/loss.js';
import { getLoss, isBuiltInLoss, type LossIdentifier, lossName } from '../../losses/registry.js';
import type { MetricIdentifier } from '../../metrics/registry.js';
import type { Optimizer } from '../../optim/optimizer.js';
import type { CompileOptions } from '../../training/model/compile.js';
import type { JsonObject } from '../bytes/json.js';
import { toSnake } from '../keras/spelling.js';
import { writeMetric } from './metric-config.js';
import { notSaved, writeFunction } from './registered-functions.js';

/** Keras's spellings that do not follow from nabla's. */
const RENAMED: Readonly<Record<string, string>> = {
  clip_norm: 'clipnorm',
  clip_value: 'clipvalue',
  global_clip_norm: 'global_clipnorm',
};

/**
 * Return the arguments of `compile` as a Keras config.
 * @throws ValueError when a loss or metric is a function that has no registered name
 */
export function writeCompileConfig(options: CompileOptions): JsonObject {
  return {
    loss: eachOf(options.loss, isLoss, (loss) => writeLoss(loss as LossIdentifier)),
    loss_weights: options.lossWeights ?? null,
    metrics: writeMetrics(options.metrics),
    weighted_metrics: writeMetrics(options.weightedMetrics),
    run_eagerly: false,
    steps_per_execution: 1,
    jit_compile: false,
  };
}

/**
 * Options that Keras's optimizers refuse: theirs come from calls of `exclude_from_weight_decay`, and no file has them.
 * The `decay` of Nadam is another quantity in Keras 2.
 */
const WITHOUT_PLACE = new Set(['exclude_from_weight_decay', 'exclude_from_layer_adaptation']);

/** An optimizer in Keras's form. */
interface WrittenOptimizer {
  readonly class_name: string;
  readonly config: JsonObject;
  /** The options that Keras has no place for; it reads the keys it knows. */
  readonly nabla?: JsonObject;
}

/** @throws ValueError when the learning rate is a custom function */
export function writeOptimizer(optimizer: Optimizer): WrittenOptimizer {
  const entries = Object.entries(toSnake(optimizer.getConfig() as JsonObject))
    // Keras 3 has no decay other than schedules.
    .filter(([key, value]) => key !== 'decay' || value !== 0);
  const isOwn = (key: string) => WITHOUT_PLACE.has(key) || (key === 'decay' && optimizer.className === 'Nadam');
  const own = entries.filter(([key]) => isOwn(key));
  const shared = entries.filter(([key]) => !isOwn(key)).map(([key, value]) => [RENAMED[key] ?? key, value]);
  return {
    class_name: optimizer.className,
    config: { name: optimizer.className.toLowerCase(), ...Object.fromEntries(shared) },
    ...(own.length > 0 ? { nabla: Object.fromEntries(own) } : {}),
  };
}

function eachOf(value: unknown, isOne: (value: unknown) => boolean, f: (one: unknown) => unknown): unknown {
  if (value === undefined || value === null) return null;
  if (isOne(value)) return f(value);
  if (Array.isArray(value)) return value.map((each) => eachOf(each, isOne, f));
  return Object.fromEntries(Object.entries(value as object).map(([name, each]) => [name, eachOf(each, isOne, f)]));
}

const isLoss = (value: unknown): boolean =>
  typeof value === 'string' || typeof value === 'function' || typeof (value as Loss).perSample === 'function';

/** Keras's classes of losses whose names do not follow from nabla's. */
const CLASS_NAMES: Readonly<Record<string, string>> = { ctc: 'CTC', klDivergence: 'KLDivergence' };

function writeLoss(identifier: LossIdentifier): unknown {
  const name = lossName(identifier);
  const { name: given, options } = getLoss(identifier);
  if (!name) throw notSaved('loss', given);
  if (!isBuiltInLoss(name)) return writeFunction(name);
  if (Object.keys(options).length === 0) return snakeCase(name);
  const config = { name: snakeCase(name), reduction: 'sum_over_batch_size', ...toSnake(options as JsonObject) };
  return { module: 'keras.losses', class_name: CLASS_NAMES[name] ?? pascalCase(name), config, registered_name: null };
}

const isMetric = (value: unknown): boolean =>
  !Array.isArray(value) && (typeof value !== 'object' || 'result' in value!);

function writeMetrics(metrics: CompileOptions['metrics']): unknown {
  const written = eachOf(metrics, isMetric, (metric) => writeMetric(metric as MetricIdentifier));
  return typeof written === 'string' ? [written] : written;
}

import { FormatError, ValueError } from '../../base/errors.js';
import { bareName, snakeCase } from '../../base/names.js';
import { registeredMaker } from '../../base/serialization.js';
import { Accuracy } from '../../metrics/equality.js';
import { NamedMeanMetric } from '../../metrics/mean-metric.js';
import { Metric } from '../../metrics/metric.js';
import { isBuiltInMetric, type MetricIdentifier, metric, metricName } from '../../metrics/registry.js';
import { asObject, isObject, type JsonObject, show } from '../bytes/json.js';
import { toCamel, toSnake } from '../keras/spelling.js';
import { notSaved, writeFunction } from './registered-functions.js';

/* A metric of `compile` as a Keras config: a name, the name of a function, or a class with its options. */

/**
 * Names of metrics that are chosen by the shapes of labels and predictions. Keras's class Accuracy is a different
 * metric.
 */
const CHOSEN_BY_SHAPE = new Set(['accuracy', 'acc', 'crossentropy', 'ce']);

/** The axis of metrics without an axis option. */
const LAST_AXIS = -1;

/** Options without effect: the dtype of sums, which are float64 here, and the number of labels, which is inferred. */
const IGNORED = new Set(['dtype', 'num_labels', 'fn']);

/** Options for which null is a value; for others it means the default. */
const MEANT_AS_NULL = new Set(['class_aggregation']);

/** @throws FormatError naming an unsupported option @throws ValueError when the metric is unknown */
export function readMetric(json: unknown, caller: string): unknown {
  if (json === null || typeof json === 'string') return json;
  const { class_name, config: written } = asObject(json, `${caller}: metric`);
  const className = String(class_name);
  if (typeof written === 'string') return written;
  const config = asObject(written, `${caller}: metric`);
  // Keras 2 writes the function that it chose for `accuracy` under the name `accuracy`; the shapes of the outputs may
  // select a different one.
  const isNamedAlone = typeof config.name === 'string' && CHOSEN_BY_SHAPE.has(config.name) && config.fn === undefined;
  if (isNamedAlone && !isBuiltInMetric(className)) return config.name;
  const own = registeredMaker(className)?.(toCamel(config));
  if (own instanceof Metric) return own;
  const kind = className === 'MeanMetricWrapper' ? functionName(config.fn) : className;
  if (typeof kind !== 'string') {
    throw new FormatError(`${caller}: metric ${show(config.name)} is a function without a name`);
  }
  if (bareName(className) === Accuracy.className) return new Accuracy(optionsOf(config));
  return metric(bareName(kind), optionsOf(config));
}

/** Read the name of a function, given as text or, since Keras 2.13, as a function config. */
const functionName = (fn: unknown): unknown => (isObject(fn) && fn.class_name === 'function' ? fn.config : fn);

function optionsOf(config: JsonObject): JsonObject {
  const kept = Object.entries(config).filter(
    ([key, value]) =>
      !IGNORED.has(key) && !(key === 'axis' && value === LAST_AXIS) && (value !== null || MEANT_AS_NULL.has(key)),
  );
  return toCamel(Object.fromEntries(kept));
}

/** @throws ValueError when the metric is a function or a class without a registered name */
export function writeMetric(identifier: MetricIdentifier): unknown {
  if (identifier instanceof Metric) return writeInstance(identifier);
  const name = typeof identifier === 'string' ? identifier : metricName(identifier);
  if (!name) throw notSaved('metric', (identifier as { name: string }).name);
  return isBuiltInMetric(name) ? snakeCase(name) : writeFunction(name);
}

function writeInstance(instance: Metric): unknown {
  const { className } = instance;
  const config = toSnake(instance.getConfig());
  if (registeredMaker(className)) {
    return {
      module: null,
      class_name: className,
      config,
      registered_name: `Custom>${className}`,
    };
  }
  if (instance instanceof NamedMeanMetric) {
    const { kind, name } = instance;
    if (!isBuiltInMetric(kind)) return writeFunction(kind);
    if (CHOSEN_BY_SHAPE.has(kind)) {
      if (name === kind) return kind;
      throw new ValueError(
        `saveModel: metric '${name}' is ${kind}, expected that name, or a metric such as binaryAccuracy`,
      );
    }
  }
  if (!isBuiltInMetric(className)) throw notSaved('metric', instance.name);
  return { module: 'keras.metrics', class_name: className, config, registered_name: null };
}

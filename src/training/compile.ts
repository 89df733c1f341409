import { ValueError } from '../base/errors.js';
import { assertKnownOptions, didYouMean } from '../base/names.js';
import type { SymbolicTensor } from '../layers/base/symbolic.js';
import type { Loss } from '../losses/loss.js';
import { getLoss, type LossIdentifier } from '../losses/registry.js';
import { Metric } from '../metrics/metric.js';
import { getMetric, type MetricIdentifier } from '../metrics/registry.js';
import type { Optimizer } from '../optim/optimizer.js';
import { getOptimizer } from '../optim/registry.js';
import type { PerOutput, TrainableModel } from './contract.js';

type Metrics = MetricIdentifier | readonly MetricIdentifier[];

export interface CompileOptions {
  /** A name, with Keras's defaults, or an optimizer. */
  readonly optimizer: string | Optimizer;
  /** One for all outputs, a list in their order, or by output name. */
  readonly loss: PerOutput<LossIdentifier>;
  /** Weight of each output's loss in the total; default 1. */
  readonly lossWeights?: readonly number[] | Readonly<Record<string, number>>;
  /** For every output, a list of lists in their order, or by output name. */
  readonly metrics?: MetricIdentifier | readonly Metrics[] | Readonly<Record<string, Metrics>>;
  /** The same, with samples weighted by sampleWeight and classWeight. */
  readonly weightedMetrics?: CompileOptions['metrics'];
}

const COMPILE_OPTIONS = ['optimizer', 'loss', 'lossWeights', 'metrics', 'weightedMetrics'] as const;

/** A metric with the name that logs carry. */
export interface LabelledMetric {
  readonly label: string;
  readonly metric: Metric;
  readonly weighted: boolean;
}

/** What one output is judged by. */
export interface CompiledOutput {
  readonly name: string;
  readonly loss: Loss;
  readonly lossWeight: number;
  readonly metrics: readonly LabelledMetric[];
}

/** What `compile` was given, checked as far as it can be before the outputs are known. */
export class Compiled {
  readonly optimizer: Optimizer;
  private resolved: readonly CompiledOutput[] | null = null;

  /** @throws ValueError when a name is unknown */
  constructor(readonly options: CompileOptions) {
    assertKnownOptions('compile', options ?? null, COMPILE_OPTIONS);
    if (options.loss === undefined || options.loss === null) {
      throw new ValueError('compile: loss is missing, expected a name, a function, or one of them for each output');
    }
    this.optimizer = getOptimizer(options.optimizer);
    const losses: unknown[] = isLoss(options.loss) ? [options.loss] : Object.values(options.loss);
    for (const identifier of losses) getLoss(identifier as LossIdentifier);
  }

  /**
   * Losses and metrics of each output of a built model.
   * @throws ValueError when a list does not fit the outputs, or a name is unknown
   */
  outputs(model: TrainableModel): readonly CompiledOutput[] {
    this.resolved ??= resolve(this.options, model);
    return this.resolved;
  }
}

const isLoss = (value: unknown): value is LossIdentifier =>
  typeof value === 'string' || typeof value === 'function' || (value as Loss | null)?.perSample !== undefined;

function resolve(options: CompileOptions, model: TrainableModel): CompiledOutput[] {
  const names = model.outputNames;
  const losses = perOutput('compile', 'loss', options.loss, names, isLoss).map((identifier, index) => {
    if (identifier === undefined) throw new ValueError(`compile: loss of output ${names[index]} is missing`);
    return getLoss(identifier);
  });
  const weights = perOutput('compile', 'lossWeights', options.lossWeights ?? 1, names, isNumber);
  const plain = metricLists('metrics', options.metrics, names);
  const weighted = metricLists('weightedMetrics', options.weightedMetrics, names);
  const taken = new Set<string>();
  return names.map((name, index) => {
    const prefix = names.length > 1 ? `${name}_` : '';
    const make =
      (weighted: boolean) =>
      (identifier: MetricIdentifier): LabelledMetric => {
        const metric = getMetric(identifier, { loss: losses[index], outputShape: outputShape(model.outputs[index]) });
        const plain = `${prefix}${metric.name}`;
        const label = freeLabel(weighted && taken.has(plain) ? `${prefix}weighted_${metric.name}` : plain, taken);
        return { label, metric, weighted };
      };
    return {
      name,
      loss: losses[index],
      lossWeight: weights[index] ?? 1,
      metrics: [...plain[index].map(make(false)), ...weighted[index].map(make(true))],
    };
  });
}

/** The label, with a number at its end where others have it, as Keras gives them: `precision`, `precision_1`, … */
function freeLabel(label: string, taken: Set<string>): string {
  let free = label;
  for (let i = 1; taken.has(free); i++) free = `${label}_${i}`;
  taken.add(free);
  return free;
}

const isNumber = (value: unknown): value is number => typeof value === 'number';
const outputShape = ({ shape }: SymbolicTensor): readonly (number | null)[] => shape;
const isMetric = (value: unknown): value is MetricIdentifier =>
  typeof value === 'string' || typeof value === 'function' || value instanceof Metric;

function metricLists(what: string, given: CompileOptions['metrics'], names: readonly string[]): MetricIdentifier[][] {
  const asLists = (metrics: Metrics | undefined): MetricIdentifier[] =>
    metrics === undefined || metrics === null ? [] : isMetric(metrics) ? [metrics] : [...metrics];
  if (given === undefined) return names.map(() => []);
  if (isMetric(given) || (Array.isArray(given) && given.every(isMetric))) {
    const list = asLists(given as Metrics);
    if (names.length > 1 && list.some((metric) => metric instanceof Metric)) {
      throw new ValueError(
        `compile: ${what} has a metric object for ${names.length} outputs, expected one list for each`,
      );
    }
    return names.map(() => list);
  }
  return perOutput<Metrics>('compile', what, given as PerOutput<Metrics>, names, () => false).map(asLists);
}

/**
 * One value for each output: `given` itself for all, or those of a list in their order, or of a record by their names.
 * @throws ValueError when the list has another length or a name is not an output's
 */
export function perOutput<T>(
  caller: string,
  what: string,
  given: PerOutput<T>,
  names: readonly string[],
  isOne: (value: unknown) => boolean,
): (T | undefined)[] {
  if (isOne(given)) return names.map(() => given as T);
  if (Array.isArray(given)) {
    if (given.length !== names.length) {
      throw new ValueError(
        `${caller}: ${what} has ${given.length} items, expected ${names.length}, for ${names.join(', ')}`,
      );
    }
    return [...given];
  }
  const record = given as Readonly<Record<string, T>>;
  for (const name of Object.keys(record)) {
    if (!names.includes(name)) {
      throw new ValueError(
        `${caller}: ${what} names ${name}, expected one of ${names.join(', ')}${didYouMean(name, names)}`,
      );
    }
  }
  return names.map((name) => record[name]);
}

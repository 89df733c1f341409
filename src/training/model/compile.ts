import { ValueError } from '../../base/errors.js';
import { accept, type Given, readOptions } from '../../base/options.js';
import { isPlainObject } from '../../base/show.js';
import type { Loss } from '../../losses/loss.js';
import { getLoss, type LossIdentifier } from '../../losses/registry.js';
import { Metric } from '../../metrics/metric.js';
import { getMetric, type MetricIdentifier } from '../../metrics/registry.js';
import type { Optimizer } from '../../optim/optimizer.js';
import { getOptimizer } from '../../optim/registry.js';
import { type PerOutput, perOutput } from './per-output.js';
import type { TrainableModel } from './trained-model.js';

type Metrics = MetricIdentifier | readonly MetricIdentifier[];

type MetricLists = MetricIdentifier | readonly Metrics[] | Readonly<Record<string, Metrics>>;

const isNameOrFunction = (value: unknown): boolean => typeof value === 'string' || typeof value === 'function';
const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null;

const metricLists = () =>
  accept<MetricLists>(
    'names, functions or metrics, in a list or by output',
    (value) => isMetric(value) || Array.isArray(value) || isPlainObject(value),
  ).optional();

const COMPILE_OPTIONS = {
  /** A name, with Keras's defaults, or an optimizer. Optional for a model with its own `trainStep`. */
  optimizer: accept<string | Optimizer>(
    'a name or an optimizer',
    (value) => typeof value === 'string' || isObject(value),
  ).optional(),
  /**
   * One for all outputs, a list in their order, or by output name; null for an output without a loss, which then needs
   * no labels unless it has metrics. Optional for a model with its own `trainStep`.
   */
  loss: accept<PerOutput<LossIdentifier | null | undefined>>(
    'a name, a function, or one of them for each output',
    (value) => isNameOrFunction(value) || isObject(value),
  ).optional(),
  /** Weight of each output's loss in the total; default 1. */
  lossWeights: accept<readonly number[] | Readonly<Record<string, number>>>(
    'numbers, in a list or by output',
    isObject,
  ).optional(),
  /** For every output, a list of lists in their order, or by output name. */
  metrics: metricLists(),
  /** Metrics that are weighted by sampleWeight and classWeight. */
  weightedMetrics: metricLists(),
};

export type CompileOptions = Given<typeof COMPILE_OPTIONS>;

/** A metric with its name in logs. */
export interface LabelledMetric {
  readonly label: string;
  readonly metric: Metric;
  readonly weighted: boolean;
}

/** The loss and the metrics of one output; outputs with neither are left out. */
export interface CompiledOutput {
  readonly name: string;
  /** Position among all outputs of the model. */
  readonly index: number;
  /** Null where only metrics are computed. */
  readonly loss: Loss | null;
  readonly lossWeight: number;
  readonly metrics: readonly LabelledMetric[];
}

/** The options of `compile`, checked as far as possible before the outputs are known. */
export class Compiled {
  readonly optimizer: Optimizer | null;
  private resolved: readonly CompiledOutput[] | null = null;

  /**
   * @param trainsItself whether the model has its own `trainStep`; optimizer and loss are then optional
   * @throws ValueError when a name is unknown
   */
  constructor(
    readonly options: CompileOptions,
    trainsItself: boolean,
  ) {
    const { optimizer, loss } = readOptions('compile', COMPILE_OPTIONS, options);
    if (!trainsItself && (loss === undefined || loss === null)) {
      throw new ValueError('compile: loss is missing, expected a name, a function, or one of them for each output');
    }
    this.optimizer = trainsItself && (optimizer ?? null) === null ? null : getOptimizer(optimizer as Optimizer);
    const given: unknown[] = isLoss(loss) ? [loss] : Object.values(loss ?? {});
    const losses = given.filter((each) => each !== undefined && each !== null);
    if (given.length > 0 && losses.length === 0) {
      throw new ValueError('compile: loss is null for every output, expected one for at least one of them');
    }
    for (const identifier of losses) trainingLoss(identifier as LossIdentifier);
  }

  /** Whether there is a loss to evaluate outputs by. */
  get hasLoss(): boolean {
    return this.options.loss !== undefined && this.options.loss !== null;
  }

  /**
   * Resolve the losses and metrics of each output of a built model; none without a loss.
   * @throws ValueError when a list does not fit the outputs, or a name is unknown
   */
  outputs(model: TrainableModel): readonly CompiledOutput[] {
    this.resolved ??= this.hasLoss ? resolve(this.options, model) : [];
    return this.resolved;
  }
}

const isLoss = (value: unknown): value is LossIdentifier =>
  typeof value === 'string' || typeof value === 'function' || (value as Loss | null)?.perSample !== undefined;

/** @throws ValueError when the identifier is not a loss, or the loss gives several numbers a batch */
function trainingLoss(identifier: LossIdentifier): Loss {
  const loss = getLoss(identifier);
  if (loss.reduction !== 'none') return loss;
  throw new ValueError(`compile: ${loss.name} has reduction 'none', expected one number per batch, such as 'sum'`);
}

/** Return the loss of each output, null where it has none. @throws ValueError when one is not named or unknown */
export function lossesOf({ loss }: CompileOptions, outputNames: readonly string[]): (Loss | null)[] {
  const identifiers = perOutput('compile', 'loss', loss!, outputNames, isLoss);
  // As in Keras 3, a name that is left out may be a mistake; null says that the output has no loss.
  const omitted =
    isLoss(loss) || Array.isArray(loss) ? undefined : outputNames.find((name) => !Object.hasOwn(loss!, name));
  if (omitted !== undefined) {
    throw new ValueError(`compile: loss of output ${omitted} is missing, expected one, or null for an output without`);
  }
  return identifiers.map((identifier) => (identifier ? trainingLoss(identifier) : null));
}

function resolve(options: CompileOptions, model: TrainableModel): CompiledOutput[] {
  const names = model.outputNames;
  const losses = lossesOf(options, names);
  const weights = perOutput('compile', 'lossWeights', options.lossWeights ?? 1, names, isNumber);
  const plain = listsOf('metrics', options.metrics, names);
  const weighted = listsOf('weightedMetrics', options.weightedMetrics, names);
  assertLossesWeighted(options.lossWeights, names, losses);
  const taken = new Set<string>();
  const outputs = names.map((name, index) => {
    const prefix = names.length > 1 ? `${name}_` : '';
    const make =
      (weighted: boolean) =>
      (identifier: MetricIdentifier): LabelledMetric => {
        const metric = getMetric(identifier);
        const plain = `${prefix}${metric.name}`;
        const label = freeLabel(weighted && taken.has(plain) ? `${prefix}weighted_${metric.name}` : plain, taken);
        return { label, metric, weighted };
      };
    return {
      name,
      index,
      loss: losses[index],
      lossWeight: weights[index] ?? 1,
      metrics: [...plain[index].map(make(false)), ...weighted[index].map(make(true))],
    };
  });
  return outputs.filter(({ loss, metrics }) => loss || metrics.length > 0);
}

/** @throws ValueError when a weight is named for an output without a loss */
function assertLossesWeighted(
  weights: CompileOptions['lossWeights'],
  names: readonly string[],
  losses: readonly (Loss | null)[],
): void {
  if (!isPlainObject(weights)) return;
  const idle = names.find((name, index) => losses[index] === null && Object.hasOwn(weights, name));
  if (idle !== undefined) throw new ValueError(`compile: lossWeights names ${idle}, whose loss is null`);
}

/** Make a label unique with a number at the end, as Keras does: `precision`, `precision_1`, … */
function freeLabel(label: string, taken: Set<string>): string {
  let free = label;
  for (let i = 1; taken.has(free); i++) free = `${label}_${i}`;
  taken.add(free);
  return free;
}

const isNumber = (value: unknown): value is number => typeof value === 'number';
const isMetric = (value: unknown): value is MetricIdentifier =>
  typeof value === 'string' || typeof value === 'function' || value instanceof Metric;

function listsOf(what: string, given: CompileOptions['metrics'], names: readonly string[]): MetricIdentifier[][] {
  const asLists = (metrics: Metrics | undefined): MetricIdentifier[] =>
    metrics === undefined || metrics === null ? [] : Array.isArray(metrics) ? metrics : [metrics as MetricIdentifier];
  if (given === undefined || given === null) return names.map(() => []);
  if (isMetric(given) || (Array.isArray(given) && !given.some(Array.isArray))) {
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

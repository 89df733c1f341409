import type { Layer } from '../../layers/base/layer.js';
import type { Weight } from '../../layers/base/weight.js';
import type { Model } from '../../models/model.js';
import type { Optimizer } from '../../optim/optimizer.js';
import type { Slot } from '../../optim/slots.js';
import type { Variable } from '../../tensor/variable.js';
import { hostArray, type NamedArray } from '../bytes/stored-array.js';
import { namedWeights } from '../weights/layer-tree.js';

/* The state of an optimizer in files: the number of updates, the learning rate, and the slots of each weight. */

/** A slot with the names of its weight and its kind. */
export interface NamedSlot extends NamedArray {
  /** Name of the weight in its model: `encoder/dense/kernel`. */
  readonly weight: string;
  /** Keras 3's name: `momentum`. */
  readonly slot: string;
}

export interface OptimizerArrays {
  readonly iteration: NamedArray;
  /** Null if the rate follows a schedule. */
  readonly learningRate: NamedArray | null;
  /** The slots of the trainable weights, in Keras 3's order. */
  readonly slots: readonly NamedSlot[];
  /** The slots of weights that were trained and are now frozen, which Keras does not store. */
  readonly frozen: readonly NamedSlot[];
  /** Scalars that Keras 3 stores after the slots. */
  readonly derived: readonly NamedArray[];
}

/** The state of the optimizer of `compile`, for a file; null for a model with its own `trainStep` and no optimizer. */
export async function readOptimizerState(model: Model): Promise<OptimizerArrays | null> {
  const optimizer = model.compiledOptimizer;
  if (!optimizer) return null;
  const names = weightNames(model);
  const trained = model.trainableWeights.map(({ variable }) => variable);
  // Weights that were unfrozen after the last update have no slots yet, but Keras expects them.
  if (optimizer.slots().length > 0) optimizer.build(trained);
  const isTrained = new Set(trained);
  const all = optimizer.slots().filter(({ weight }) => !isTrained.has(weight));
  const named = (slots: readonly Slot[]): Promise<NamedSlot[]> =>
    Promise.all(
      slots.map(async ({ weight, slot, value }) => {
        const owner = names.get(weight) ?? weight.name;
        return { name: `${owner}/${slot}`, weight: owner, slot, ...(await hostArray(value)) };
      }),
    );
  return {
    iteration: { name: 'iteration', shape: [], values: Int32Array.of(optimizer.steps) },
    learningRate: optimizer.hasSchedule ? null : rateOf(optimizer),
    slots: await named(optimizer.slots(trained)),
    frozen: await named(all),
    derived: optimizer.derivedScalars.map(({ name, value }) => ({ name, shape: [], values: Float32Array.of(value) })),
  };
}

const rateOf = ({ baseLearningRate }: Optimizer): NamedArray => ({
  name: 'learning_rate',
  shape: [],
  values: Float32Array.of(baseLearningRate),
});

/** Unique names of a model's weights, by their variables, whose own names may repeat. */
export const weightNames = (model: Layer): Map<Variable, string> =>
  new Map(namedWeights(model).map(([name, weight]: [string, Weight]) => [weight.variable, name]));

/**
 * Return the arrays with Keras 3's names: those of the variable and the slot, flattened.
 * @param prefix of the variables' names: a model's name
 */
export function keras3Names(
  { iteration, learningRate, slots, derived }: OptimizerArrays,
  prefix: string,
): NamedArray[] {
  const flat = (slot: NamedSlot): NamedArray => ({ ...slot, name: `${prefix}${slot.name}`.replaceAll('/', '_') });
  return [iteration, ...(learningRate ? [learningRate] : []), ...slots.map(flat), ...derived];
}

/** Names of an optimizer's arrays in a safetensors file begin with this. */
export const OPTIMIZER_PREFIX = 'optimizer.';

/** Those of the optimizers in a model's properties begin with this. */
export const OWN_PREFIX = 'optimizers.';

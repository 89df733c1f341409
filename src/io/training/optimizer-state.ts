import { FormatError, NablaError } from '../../base/errors.js';
import { sameShape } from '../../base/shape.js';
import type { Model } from '../../models/model.js';
import type { Optimizer } from '../../optim/optimizer.js';
import type { NamedTensor } from '../../optim/slots.js';
import { dispose } from '../../tensor/scope.js';
import { upload } from '../../tensor/tensor.js';
import { hostArray, type NamedArray, type StoredArray } from '../array.js';
import { namedWeights, variablePrefix } from '../weights/layer-tree.js';

/** An optimizer's state in Keras 3's order: iteration, learning_rate, slots. Names are Keras 3's. */
export async function readOptimizerState(model: Model): Promise<NamedArray[]> {
  const paths = new Map(namedWeights(model).map(([name, weight]) => [weight.path, name]));
  const state = model.optimizer.getWeights();
  try {
    const arrays: NamedArray[] = [];
    for (const { name, tensor } of state) {
      const slash = name.lastIndexOf('/');
      const path = paths.get(name.slice(0, slash));
      const full = path === undefined ? name : `${variablePrefix(model)}${path}${name.slice(slash)}`;
      arrays.push({ name: full.replaceAll('/', '_'), ...(await hostArray(tensor)) });
    }
    return arrays;
  } finally {
    dispose(state);
  }
}

/** How a file orders the slots: all of one variable together, or all of one kind. */
export type SlotOrder = 'keras3' | 'byKind';

/**
 * Gives the model's optimizer a state.
 * @param order `byKind` for Keras 1 and 2: iterations, then first moments of all variables, then second moments, …
 * @throws FormatError when the state does not fit the model
 */
export function restoreOptimizerState(
  model: Model,
  stored: readonly StoredArray[],
  order: SlotOrder,
  caller: string,
): void {
  const { optimizer } = model;
  // A model that was compiled but never trained has no slots yet.
  const untrained = order === 'keras3' && stored.length === headerLength(optimizer);
  if (!untrained) optimizer.build(model.trainableWeights.map(({ variable }) => variable));
  const current = optimizer.getWeights();
  try {
    const arrays = order === 'keras3' ? stored : inKeras3Order(stored, current, optimizer);
    if (arrays.length !== current.length) {
      throw new FormatError(`${caller}: ${arrays.length} arrays of optimizer state, expected ${current.length}`);
    }
    for (const [index, { name, tensor }] of current.entries()) {
      if (!sameShape(arrays[index].shape, tensor.shape)) {
        throw new FormatError(`${caller}: ${name} is [${arrays[index].shape}], expected [${tensor.shape}]`);
      }
    }
    const state = current.map(({ name, tensor }, index) => {
      return { name, tensor: upload(arrays[index].values, tensor.shape, tensor.dtype) };
    });
    try {
      optimizer.setWeights(state);
    } finally {
      dispose(state);
    }
  } catch (error) {
    if (error instanceof FormatError || !(error instanceof NablaError)) throw error;
    throw new FormatError(`${caller}: ${error.message}`, { cause: error });
  } finally {
    dispose(current);
  }
}

/** Iteration, and the learning rate unless a schedule gives it. */
const headerLength = ({ hasSchedule }: Optimizer): number => (hasSchedule ? 1 : 2);

/** Puts slots that come kind by kind where the optimizer has them; what follows them (Keras 2.1's empty `vhats`) is left out. */
function inKeras3Order(
  stored: readonly StoredArray[],
  current: readonly NamedTensor[],
  optimizer: Optimizer,
): StoredArray[] {
  const iterations = stored[0]?.shape.length === 0 ? stored[0] : null;
  const slots = stored.slice(iterations ? 1 : 0);
  const kinds: string[] = [];
  const variables: string[] = [];
  const header = headerLength(optimizer);
  for (const { name } of current.slice(header)) {
    const slash = name.lastIndexOf('/');
    if (!variables.includes(name.slice(0, slash))) variables.push(name.slice(0, slash));
    if (!kinds.includes(name.slice(slash + 1))) kinds.push(name.slice(slash + 1));
  }
  const ordered = current.slice(header).flatMap(({ name }) => {
    const slash = name.lastIndexOf('/');
    const place = kinds.indexOf(name.slice(slash + 1)) * variables.length + variables.indexOf(name.slice(0, slash));
    return slots[place] ?? [];
  });
  const zero = { shape: [], values: Int32Array.of(0) };
  const rate = { shape: [], values: Float32Array.of(optimizer.baseLearningRate) };
  return [iterations ?? zero, ...(optimizer.hasSchedule ? [] : [rate]), ...ordered];
}

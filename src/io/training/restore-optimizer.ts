import { NablaError } from '../../base/errors.js';
import { type Shape, sameShape } from '../../base/shape.js';
import type { Weight } from '../../layers/base/weight.js';
import type { Model } from '../../models/model.js';
import type { Optimizer } from '../../optim/optimizer.js';
import type { Slot } from '../../optim/slots.js';
import { dispose } from '../../tensor/scope.js';
import { upload } from '../../tensor/tensor.js';
import type { FileArray } from '../bytes/stored-array.js';
import type { Origin } from '../keras/origin.js';
import { some } from '../weights/assign.js';
import { namedWeights } from '../weights/layer-tree.js';
import { matchVariables } from '../weights/match-variables.js';
import { flatSlotName, parseSlotName, type SlotName } from './slot-names.js';

/** An optimizer's arrays in the order of a file. */
export interface StoredOptimizer {
  readonly arrays: readonly StoredSlot[];
  readonly origin: Origin;
  /** The location in the file, for messages. */
  readonly where: string;
  /** Keras's order of the weights, if it differs from the model's. */
  readonly weights?: readonly Weight[];
}

export interface StoredSlot extends FileArray {
  /** Null if the file has no names. */
  readonly name: string | null;
}

/**
 * Restore the state of a model's optimizer: each slot is assigned to its weight. State that does not fit is reset with
 * a
 * warning; as in Keras, it never prevents a model from loading.
 */
export function restoreOptimizer(model: Model, stored: StoredOptimizer): void {
  const { optimizer } = model;
  const { iteration, rate, slots } = split(stored, optimizer);
  try {
    if (slots.length > 0) {
      const found = pairSlots(model, slots, stored);
      if (typeof found === 'string') {
        warn(stored, `the optimizer is reset: ${found}`);
        return;
      }
      const problems = setSlots(model, found);
      if (problems.length > 0) warn(stored, `slots of the optimizer are reset: ${problems.join('; ')}`);
    }
    if (iteration) optimizer.steps = Number(iteration.read().values[0]);
    if (rate) setRate(optimizer, rate.read().values[0]);
  } catch (error) {
    if (!(error instanceof NablaError)) throw error;
    optimizer.dispose();
    warn(stored, `the optimizer is reset: ${error.message}`);
  }
}

const warn = ({ where }: StoredOptimizer, message: string): void =>
  console.warn(`${where}: ${message}; { compile: false } loads the model without it`);

/** float32 has rounded the saved rate: keep the exact one of the config if both are equal in float32. */
function setRate(optimizer: Optimizer, saved: number): void {
  if (optimizer.hasSchedule || Math.fround(optimizer.baseLearningRate) === Math.fround(saved)) return;
  optimizer.baseLearningRate = saved;
}

/** Separate the count and the rate, which are found by name or as the first scalars, from the slots. */
function split({ arrays, origin }: StoredOptimizer, optimizer: Optimizer) {
  const isScalar = (array: StoredSlot | undefined): boolean => array?.shape.length === 0;
  const kinds = arrays.map(({ name }) => (name === null ? null : parseSlotName(name, optimizer)));
  const iterationAt = kinds.includes('iteration') ? kinds.indexOf('iteration') : isScalar(arrays[0]) ? 0 : -1;
  const next = iterationAt + 1;
  // Keras 3 has none with a schedule; the scalar is then one of the slots, as of Adafactor.
  const hasRate = origin.generation < 3 || !optimizer.hasSchedule;
  const isUnknown = arrays[next] && (arrays[next].name === null || kinds[next] === null);
  const mayBeRate = hasRate && iterationAt >= 0 && isScalar(arrays[next]) && isUnknown;
  const rateAt = kinds.includes('learning_rate') ? kinds.indexOf('learning_rate') : mayBeRate ? next : -1;
  return {
    iteration: arrays[iterationAt] ?? null,
    rate: arrays[rateAt] ?? null,
    // An optimizer that has not updated anything may have its derived scalars alone.
    slots: withoutDerived(
      arrays.filter((_, index) => index !== iterationAt && index !== rateAt),
      0,
      optimizer,
    ),
  };
}

interface Pair {
  readonly weight: Weight;
  readonly slot: string;
  readonly array: FileArray;
}

/** Pair slots with arrays, or return the reason why it is impossible. */
function pairSlots(model: Model, stored: readonly StoredSlot[], file: StoredOptimizer): Pair[] | string {
  return pairByName(model, stored) ?? pairByOrder(model, stored, file);
}

/** Pair by names; null if no name identifies an array. */
function pairByName(model: Model, stored: readonly StoredSlot[]): Pair[] | null {
  const named = stored.filter((array): array is StoredSlot & { name: string } => array.name !== null);
  if (named.length === 0) return null;
  const bySlot = new Map<string, Map<string, FileArray>>();
  for (const array of named) {
    const parsed = parseSlotName(array.name, model.optimizer);
    if (parsed === null || typeof parsed === 'string') continue;
    const arrays = bySlot.get(parsed.slot) ?? new Map<string, FileArray>();
    bySlot.set(parsed.slot, arrays);
    arrays.set(parsed.weight, array);
  }
  const pairs = [...bySlot].flatMap(([slot, arrays]) =>
    matchVariables([...arrays.keys()], model).pairs.map(([weight, name]) => ({
      weight,
      slot,
      array: arrays.get(name)!,
    })),
  );
  return pairs.length > 0 ? pairs : pairByFlatName(model, named);
}

/** Pair by the names of Keras 3, in which underscores join the parts of a path. */
function pairByFlatName(model: Model, stored: readonly (StoredSlot & { name: string })[]): Pair[] | null {
  const weights = new Map(namedWeights(model));
  const kinds = [...new Set(slotsOf(model, model.trainableWeights).map(({ slot }) => slot))];
  const candidates = [...weights.keys()].flatMap((weight): SlotName[] => kinds.map((slot) => ({ weight, slot })));
  const pairs = stored.flatMap((array): Pair[] => {
    const found = flatSlotName(array.name, candidates);
    return found ? [{ weight: weights.get(found.weight)!, slot: found.slot, array }] : [];
  });
  return pairs.length > 0 ? pairs : null;
}

/** List the slots of weights in Keras 3's order. */
function slotsOf(model: Model, weights: readonly Weight[]): { weight: Weight; slot: string }[] {
  const { optimizer } = model;
  const byVariable = new Map(weights.map((weight) => [weight.variable, weight]));
  optimizer.build(byVariable.keys());
  return optimizer.slots(byVariable.keys()).map(({ weight, slot }) => ({ weight: byVariable.get(weight)!, slot }));
}

/** Pair by order, in files without names; all slots or none. */
function pairByOrder(
  model: Model,
  given: readonly StoredSlot[],
  { origin, weights }: StoredOptimizer,
): Pair[] | string {
  const order = weights ?? model.trainableWeights;
  const own = slotsOf(model, order);
  // The file may have slots that the optimizer does not use: SGD of tf.keras always has momenta.
  if (own.length === 0) return [];
  // Depending on the release, Keras 3 stores them after all others, or after those of each weight.
  if (own.some(({ slot }) => slot === 'velocity_hat') && !origin.slotsByKind) {
    return 'it has no names, so the order of the slots of amsgrad is unknown';
  }
  const slots = origin.slotsByKind ? byKind(own, order) : own;
  const stored = withoutDerived(given, slots.length, model.optimizer);
  // Adam of Keras 2.1 to 2.3 adds a `vhat` for each weight, used or not.
  const unused = origin.slotsByKind ? order.length : 0;
  if (stored.length !== slots.length && stored.length !== slots.length + unused) {
    return `${stored.length} arrays in the file, the model expects ${slots.length}`;
  }
  const pairs = slots.map(({ weight, slot }, index) => ({ weight, slot, array: stored[index] }));
  const wrong = pairs.find((pair) => !fits(model.optimizer, pair));
  if (wrong) return misfit(model.optimizer, wrong);
  return pairs;
}

/** Keras 3 stores scalars that nabla derives, such as Nadam's, after the slots; its first releases before them. */
function withoutDerived(
  stored: readonly StoredSlot[],
  expected: number,
  { derivedScalars }: Optimizer,
): readonly StoredSlot[] {
  const extra = derivedScalars.length;
  if (extra === 0 || stored.length !== expected + extra) return stored;
  const areLast = stored.slice(expected).every(({ shape }) => shape.length === 0);
  return areLast ? stored.slice(0, expected) : stored.slice(extra);
}

function byKind<S extends { weight: Weight; slot: string }>(slots: readonly S[], weights: readonly Weight[]): S[] {
  const kinds = [...new Set(slots.map(({ slot }) => slot))];
  const place = ({ weight, slot }: S): number => kinds.indexOf(slot) * weights.length + weights.indexOf(weight);
  return [...slots].sort((a, b) => place(a) - place(b));
}

/** The shape of a slot, which is that of its weight in most optimizers. */
const shapeOf = (optimizer: Optimizer, { weight, slot }: Pair): Shape =>
  optimizer.slots([weight.variable]).find((each) => each.slot === slot)?.value.shape ?? weight.shape;

const fits = (optimizer: Optimizer, pair: Pair): boolean => sameShape(shapeOf(optimizer, pair), pair.array.shape);

const misfit = (optimizer: Optimizer, pair: Pair): string =>
  `${pair.weight.path}/${pair.slot} is [${pair.array.shape}] in the file, expected [${shapeOf(optimizer, pair)}]`;

/** Set slots, and return the reasons why others are reset. */
function setSlots({ optimizer, trainableWeights }: Model, pairs: readonly Pair[]): string[] {
  optimizer.build([...trainableWeights, ...pairs.map(({ weight }) => weight)].map(({ variable }) => variable));
  const fitting = pairs.filter((pair) => fits(optimizer, pair));
  const slots = fitting.map(({ weight, slot, array }): Slot => {
    return { weight: weight.variable, slot, value: upload(array.read().values, array.shape, weight.dtype) };
  });
  const { missing } = optimizer.restore(slots);
  dispose(slots.map(({ value }) => value));
  const misfits = pairs.filter((pair) => !fitting.includes(pair));
  const explained = new Set(misfits.map(({ weight, slot }) => `${weight.path}/${slot}`));
  const lacking = missing.filter((name) => !explained.has(name));
  return [
    ...misfits.map((pair) => misfit(optimizer, pair)),
    ...(lacking.length > 0 ? [`the file has no ${some(lacking)}`] : []),
  ];
}

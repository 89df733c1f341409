import { FormatError, NablaError } from '../../base/errors.js';
import type { Weight } from '../../layers/base/weight.js';
import type { Model } from '../../models/model.js';
import { ownOptimizers } from '../../models/own-optimizers.js';
import type { Optimizer } from '../../optim/optimizer.js';
import type { Slot } from '../../optim/slots.js';
import { dispose } from '../../tensor/scope.js';
import { upload } from '../../tensor/tensor.js';
import { asArray, asObject, asString, isObject, type JsonObject, parseJson } from '../bytes/json.js';
import { type FileArray, hostArray, type StoredArray } from '../bytes/stored-array.js';
import type { Hdf5Group } from '../hdf5/read.js';
import type { Hdf5GroupWriter } from '../hdf5/write.js';
import { namedWeights } from '../weights/layer-tree.js';
import { matchVariables } from '../weights/match-variables.js';
import { readOptimizer } from './compile-config.js';
import { weightNames } from './optimizer-state.js';
import { writeOptimizer } from './write-compile-config.js';

/*
 * The optimizers that a subclassed model keeps in its properties, such as the two of a GAN. Keras also stores them
 * under
 * the names of the properties; in addition nabla records the weight of each slot.
 */

/** Metadata of one optimizer; its arrays are listed in the order of `slots`. */
interface OptimizerNote {
  /** The property of the model: `generatorOptimizer`, `optimizers/0`. */
  readonly property: string;
  readonly className: string;
  /** The Keras config; null if the rate is a function, which cannot be saved. */
  readonly config: JsonObject | null;
  /** Options that Keras has no place for. */
  readonly nabla?: JsonObject;
  /** Its steps, which Keras calls so in files. */
  readonly iterations: number;
  /** Before decay; null if it follows a schedule. */
  readonly learningRate: number | null;
  readonly slots: readonly (readonly [weight: string, slot: string])[];
}

interface Notes {
  /** Names of all weights of the model, used to find those of the slots if layers are numbered differently. */
  readonly weights: readonly string[];
  readonly optimizers: readonly OptimizerNote[];
}

/** Optimizers of a model's properties as a file holds them: JSON, and the arrays of each. */
export interface OwnOptimizers<A> {
  readonly notes: Notes;
  readonly arrays: readonly (readonly A[])[];
}

/** The states of the optimizers in a model's properties; null if there are none. */
export async function readOwnOptimizers(model: Model): Promise<OwnOptimizers<StoredArray> | null> {
  const found = [...ownOptimizers(model)].filter(([, each]) => each !== model.compiledOptimizer);
  if (found.length === 0) return null;
  const names = weightNames(model);
  const arrays: StoredArray[][] = [];
  const optimizers: OptimizerNote[] = [];
  for (const [property, optimizer] of found) {
    const slots = optimizer.slots();
    arrays.push(await Promise.all(slots.map(({ value }) => hostArray(value))));
    optimizers.push({
      property,
      className: optimizer.className,
      ...written(optimizer),
      iterations: optimizer.steps,
      learningRate: optimizer.hasSchedule ? null : optimizer.baseLearningRate,
      slots: slots.map(({ weight, slot }) => [names.get(weight) ?? weight.name, slot]),
    });
  }
  return { notes: { weights: namedWeights(model).map(([name]) => name), optimizers }, arrays };
}

function written(optimizer: Optimizer): Pick<OptimizerNote, 'config' | 'nabla'> {
  try {
    const { config, nabla } = writeOptimizer(optimizer);
    return { config, ...(nabla ? { nabla } : {}) };
  } catch (error) {
    if (error instanceof NablaError) return { config: null };
    throw error;
  }
}

/** Restore the optimizers in a model's properties from a file, creating missing ones. */
export function restoreOwnOptimizers(model: Model, { notes, arrays }: OwnOptimizers<FileArray>, file: string): void {
  const names = new Map(matchVariables(notes.weights, model).pairs.map(([weight, name]) => [name, weight]));
  const own = ownOptimizers(model);
  for (const [index, note] of notes.optimizers.entries()) {
    const optimizer = own.get(note.property) ?? made(model, note, file);
    const problems = optimizer
      ? restoreOne(optimizer, note, arrays[index], names)
      : ['the model has no such optimizer'];
    if (problems.length > 0) {
      console.warn(`${file}: ${note.property} of ${model.name}: ${problems.slice(0, 3).join('; ')}`);
    }
  }
}

/** Recreate an optimizer for an empty property, such as one that `compile` of a subclass sets. */
function made(model: Model, { property, className, config, nabla }: OptimizerNote, file: string): Optimizer | null {
  const properties = model as unknown as Record<string, unknown>;
  const isFree = Object.hasOwn(model, property) ? (properties[property] ?? null) === null : !(property in model);
  if (!config || !isFree || property.includes('/')) return null;
  const optimizer = readOptimizer({ class_name: className, config, nabla }, `${file}: ${property}`);
  properties[property] = optimizer;
  return optimizer;
}

/** @returns the reasons why parts are reset */
function restoreOne(
  optimizer: Optimizer,
  { className, iterations, learningRate, slots }: OptimizerNote,
  arrays: readonly FileArray[],
  weights: ReadonlyMap<string, Weight>,
): string[] {
  if (optimizer.className !== className) return [`${className} in the file, ${optimizer.className} in the model`];
  const problems: string[] = [];
  const values = slots.flatMap(([name, slot], index): Slot[] => {
    const weight = weights.get(name);
    const { shape } = arrays[index];
    if (!weight) problems.push(`the model has no weight ${name}`);
    else return [{ weight: weight.variable, slot, value: upload(arrays[index].read().values, shape, weight.dtype) }];
    return [];
  });
  problems.push(...optimizer.restore(values).skipped);
  dispose(values.map(({ value }) => value));
  optimizer.steps = iterations;
  if (learningRate !== null && !optimizer.hasSchedule) optimizer.baseLearningRate = learningRate;
  return problems;
}

/** @throws FormatError when the metadata are damaged */
export function parseNotes(json: unknown, place: string): Notes {
  const { weights, optimizers } = asObject(json, place);
  return {
    weights: asArray(weights, place).map((name) => asString(name, place)),
    optimizers: asArray(optimizers, place).map((each): OptimizerNote => {
      const { property, className, config, nabla, iterations, learningRate, slots } = asObject(each, place);
      const isCount = Number.isSafeInteger(iterations) && (iterations as number) >= 0;
      const isRate = learningRate === null || (Number.isFinite(learningRate) && (learningRate as number) >= 0);
      if (!isCount || !isRate) throw new FormatError(`${place}: iterations or learningRate of an optimizer is damaged`);
      return {
        property: asString(property, place),
        className: asString(className, place),
        config: isObject(config) ? config : null,
        ...(isObject(nabla) ? { nabla } : {}),
        iterations: iterations as number,
        learningRate: learningRate as number | null,
        slots: asArray(slots, place).map((slot) => {
          const [weight, name] = asArray(slot, place);
          return [asString(weight, place), asString(name, place)];
        }),
      };
    }),
  };
}

/** Their location in HDF5 files, which Keras ignores. */
const GROUP = 'nabla/optimizers';

export function writeOwnOptimizers(root: Hdf5GroupWriter, own: OwnOptimizers<StoredArray> | null): void {
  if (!own) return;
  root.child(GROUP).text('notes', JSON.stringify(own.notes), 'str');
  for (const [index, arrays] of own.arrays.entries()) {
    for (const [slot, { values, shape }] of arrays.entries()) root.numbers(`${GROUP}/${index}/${slot}`, values, shape);
  }
}

/** @throws FormatError when the metadata are damaged, or an array is missing */
export function ownOptimizersIn(root: Hdf5Group): OwnOptimizers<FileArray> | null {
  const group = root.child(GROUP);
  const text = group?.attribute('notes');
  if (!group || typeof text !== 'string') return null;
  const place = `${group.file.name}: ${group.path}`;
  const notes = parseNotes(parseJson(text, group.file, group.path), place);
  return {
    notes,
    arrays: notes.optimizers.map(({ slots }, index) =>
      slots.map((_, slot) => {
        const array = group.numbers(`${index}/${slot}`);
        if (array) return array;
        throw group.fail(`no array ${index}/${slot}`);
      }),
    ),
  };
}

import { otherCopyOf } from '../../base/copy.js';
import { ValueError } from '../../base/errors.js';
import { nearestName } from '../../base/names.js';
import { type Option, option } from '../../base/options.js';
import { isPlainObject, show } from '../../base/show.js';
import type { CallbackFunctions } from './callback.js';

/** Names of the functions of callbacks. */
const HOOKS = [
  'onTrainBegin',
  'onTrainEnd',
  'onEpochBegin',
  'onEpochEnd',
  'onBatchBegin',
  'onBatchEnd',
  'onTestBegin',
  'onTestEnd',
  'onTestBatchBegin',
  'onTestBatchEnd',
  'onYield',
  'onGradients',
  'onTestPredictions',
] as const satisfies readonly (keyof CallbackFunctions)[];

/** Keras's aliases. */
const RENAMED: Readonly<Record<string, string>> = { onTrainBatchBegin: 'onBatchBegin', onTrainBatchEnd: 'onBatchEnd' };

const isHook = (name: string): boolean => (HOOKS as readonly string[]).includes(name);

/** Return the names of a callback's functions, including those of its classes. */
function functionsOf(callback: object): string[] {
  const names = new Set<string>();
  for (let owner = callback; !isRoot(owner); owner = Object.getPrototypeOf(owner)) {
    for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(owner))) {
      if (typeof value === 'function' && name !== 'constructor') names.add(name);
    }
  }
  return [...names];
}

const isRoot = (owner: object | null): boolean => owner === null || Object.getPrototypeOf(owner) === null;

/**
 * Refuse a misspelt function that would never be called: `onTrainBatchEnd`, `onEpocEnd`. Other functions are allowed.
 */
function assertHooks(callback: object, place: string): void {
  const names = functionsOf(callback);
  for (const name of names) {
    if (isHook(name)) continue;
    const nearest = RENAMED[name] ?? nearestName(name, HOOKS);
    if (!/^on[A-Z_]/.test(name) && !(nearest && isPlainObject(callback))) continue;
    const hint = nearest ? `; did you mean '${nearest}'?` : `, expected ${HOOKS.join(', ')}`;
    throw new ValueError(`${place} has ${name}, which is never called${hint}`);
  }
  if (isPlainObject(callback) && !names.some(isHook)) {
    throw new ValueError(`${place} has ${show(callback)}, expected functions such as onEpochEnd`);
  }
}

/** A callback or a list of them. */
export const callbacksOption = (): Option<
  readonly CallbackFunctions[],
  CallbackFunctions | readonly CallbackFunctions[],
  false
> =>
  option<readonly CallbackFunctions[], CallbackFunctions | readonly CallbackFunctions[]>({
    expected: 'callbacks',
    read: (value, place) => {
      const list = [value].flat();
      for (const callback of list) {
        if (typeof callback === 'object' && callback !== null && !otherCopyOf(callback)) assertHooks(callback, place);
        else {
          throw new ValueError(
            `${place} has ${show(callback)}, expected objects such as callbacks.earlyStopping() makes`,
          );
        }
      }
      return list as CallbackFunctions[];
    },
  }).default([]);

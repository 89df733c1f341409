import { assertFunction } from '../base/arguments.js';
import { ValueError } from '../base/errors.js';
import { isPlainObject } from '../base/show.js';
import { counts } from './storage.js';
import type { Tensor } from './tensor.js';

/**
 * The return type of a function in `tidy`: a tensor, or arrays, maps, sets and plain objects that hold tensors, at any
 * depth.
 */
export type TensorContainer = unknown;

/** The tensors that each running `tidy` will free, innermost last. A tensor is in at most one of them. */
const scopes: Set<Tensor>[] = [];

/** Add a new tensor to the innermost scope. */
export function track(tensor: Tensor): void {
  scopes.at(-1)?.add(tensor);
}

/** Return whether the innermost scope will free a tensor. */
export const isTracked = (tensor: Tensor): boolean => scopes.at(-1)?.has(tensor) ?? false;

/** Remove a tensor from its scope. */
export function untrack(tensor: Tensor): void {
  for (let i = scopes.length - 1; i >= 0; i--) if (scopes[i].delete(tensor)) return;
}

/** Return every tensor in a container once. */
export function tensorsIn(container: TensorContainer, found: Set<Tensor> = new Set()): Set<Tensor> {
  if (container === null || typeof container !== 'object') return found;
  if (isTensorLike(container)) found.add(container);
  // Arrays may have named properties too; an array of numbers is not searched, as that takes long and finds nothing.
  else if (Array.isArray(container) && typeof container[0] === 'number') return found;
  else if (Array.isArray(container) || isPlainObject(container))
    for (const item of Object.values(container)) tensorsIn(item, found);
  else if (isMapOrSet(container)) for (const item of container.values()) tensorsIn(item, found);
  return found;
}

function isTensorLike(value: object): value is Tensor {
  return 'isTensor' in value;
}

/** By tag: those of another realm, a frame or Jest's jsdom, have other classes. */
const isMapOrSet = (value: object): value is Map<unknown, TensorContainer> | Set<TensorContainer> =>
  ['[object Map]', '[object Set]'].includes(Object.prototype.toString.call(value));

/**
 * Run `f` and free every tensor it made, except those it returns or keeps (`keep`); also if `f` throws.
 * @param nameOrFn a name, for tfjs's signature, or the function
 * @throws ValueError when `f` returns a promise: its tensors would be freed before it continues
 * @example const y = tidy(() => x.square().sum());
 */
export function tidy<T>(nameOrFn: string | (() => T), fn?: () => T): T {
  const f = typeof nameOrFn === 'string' ? fn! : nameOrFn;
  assertFunction('tidy', 'f', f);
  const outer = scopes.at(-1);
  const scope = new Set<Tensor>();
  scopes.push(scope);
  try {
    return surviving(f(), scope, outer);
  } finally {
    scopes.pop();
    for (const tensor of scope) tensor.dispose();
  }
}

/** Move the tensors of a result to the scope around. @returns the result */
function surviving<T>(result: T, scope: Set<Tensor>, outer: Set<Tensor> | undefined): T {
  if (result instanceof Promise) throw new ValueError('tidy: the function returned a promise, expected tensors');
  for (const survivor of tensorsIn(result)) if (scope.delete(survivor)) outer?.add(survivor);
  return result;
}

/**
 * Open a scope; the returned function closes it and frees every tensor created since, except those in its argument,
 * which go to the scope around.
 */
export function openScope(): (result?: TensorContainer) => void {
  const outer = scopes.at(-1);
  const scope = new Set<Tensor>();
  scopes.push(scope);
  return (result) => {
    scopes.splice(scopes.lastIndexOf(scope), 1);
    surviving(result, scope, outer);
    for (const tensor of scope) tensor.dispose();
  };
}

/**
 * `tidy` for a function that may return a promise: its scope stays open until the promise settles. Tensors that are
 * made until then belong to that scope, also those of other code that runs while the function waits, so only one such
 * scope may be open at a time.
 */
export function tidyUntilSettled<T>(f: () => T | Promise<T>): T | Promise<T> {
  const close = openScope();
  const succeed = (result: T): T => {
    close(result);
    return result;
  };
  const fail = (error: unknown): never => {
    close();
    throw error;
  };
  let result: T | Promise<T>;
  try {
    result = f();
  } catch (error) {
    return fail(error);
  }
  return result instanceof Promise ? result.then(succeed, fail) : succeed(result);
}

/** Tensors that outlive their scopes, until the outermost `retaining` ends; null while none runs. */
let retained: Tensor[] | null = null;

/** Run `f`, then free the tensors that it retained; an inner call leaves this to the outer one. */
export function retaining<T>(f: () => T): T {
  if (retained) return f();
  const mine: Tensor[] = [];
  retained = mine;
  try {
    return f();
  } finally {
    retained = null;
    dispose(mine);
  }
}

/** Return whether a `retaining` is running. */
export const isRetaining = (): boolean => retained !== null;

/** Remove a tensor from its scope; the outermost `retaining` will free it. */
export function retain<T extends Tensor>(tensor: T): T {
  retained?.push(keep(tensor));
  return tensor;
}

/** `tidy`, but retain the tensors that it would free. */
export function tidyLater<T>(f: () => T): T {
  const outer = scopes.at(-1);
  const scope = new Set<Tensor>();
  scopes.push(scope);
  try {
    return surviving(f(), scope, outer);
  } finally {
    scopes.pop();
    for (const tensor of scope) retain(tensor);
  }
}

/**
 * Keep a tensor alive beyond the `tidy` it was made in; you must `dispose` it.
 * @example const mean = tidy(() => keep(x.mean()));
 */
export function keep<T extends Tensor>(tensor: T): T {
  untrack(tensor);
  return tensor;
}

/** Free every tensor in a container, named properties of arrays included. @example dispose({ x, weights: [w, b] }); */
export function dispose(container: TensorContainer): void {
  for (const tensor of tensorsIn(container)) tensor.dispose();
}

export interface MemoryInfo {
  readonly numTensors: number;
  /** Distinct buffers: `reshape` shares one. */
  readonly numDataBuffers: number;
  readonly numBytes: number;
}

/** Counts of living tensors and buffers. @example console.log(memory().numTensors); */
export function memory(): MemoryInfo {
  return { numTensors: counts.tensors, numDataBuffers: counts.buffers, numBytes: counts.bytes };
}

import { ValueError } from '../base/errors.js';
import { counts } from './storage.js';
import type { Tensor } from './tensor.js';

/** Anything a function may return from `tidy`: a tensor, or arrays and plain objects that hold tensors. */
export type TensorContainer = unknown;

/** What each `tidy` that runs will free, the innermost last. A tensor is in one of them, or in none. */
const scopes: Set<Tensor>[] = [];

/** Puts a new tensor under the innermost scope. */
export function track(tensor: Tensor): void {
  scopes.at(-1)?.add(tensor);
}

/** Whether the innermost scope frees a tensor at its end. */
export const isTracked = (tensor: Tensor): boolean => scopes.at(-1)?.has(tensor) ?? false;

/** Called by `dispose`, so that a scope does not hold on to what is gone. */
export function untrack(tensor: Tensor): void {
  for (let i = scopes.length - 1; i >= 0; i--) if (scopes[i].delete(tensor)) return;
}

/** Every tensor inside a container, once. */
export function tensorsIn(container: TensorContainer, found: Set<Tensor> = new Set()): Set<Tensor> {
  if (container === null || typeof container !== 'object') return found;
  if (isTensorLike(container)) found.add(container);
  else if (Array.isArray(container)) for (const item of container) tensorsIn(item, found);
  else if (isPlainObject(container)) for (const item of Object.values(container)) tensorsIn(item, found);
  else if (container instanceof Map) for (const item of container.values()) tensorsIn(item, found);
  return found;
}

function isTensorLike(value: object): value is Tensor {
  return 'isTensor' in value;
}

function isPlainObject(value: object): boolean {
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/**
 * Runs `f` and frees every tensor it made but those it returns (and those under `keep`). Freed too when `f` throws.
 * @param nameOrFn a name, for tfjs's signature, or the function
 * @throws ValueError when `f` returns a promise: its tensors would be freed before it goes on
 * @example const y = tidy(() => x.square().sum());
 */
export function tidy<T>(nameOrFn: string | (() => T), fn?: () => T): T {
  return scoped(typeof nameOrFn === 'string' ? fn! : nameOrFn, (tensor) => tensor.dispose());
}

/** Runs `f` in a scope of its own; `leave` is given every tensor that f made and did not return. */
function scoped<T>(f: () => T, leave: (tensor: Tensor) => void): T {
  const outer = scopes.at(-1);
  const scope = new Set<Tensor>();
  scopes.push(scope);
  try {
    const result = f();
    if (result instanceof Promise) throw new ValueError('tidy: the function returned a promise, expected tensors');
    for (const survivor of tensorsIn(result)) if (scope.delete(survivor)) outer?.add(survivor);
    return result;
  } finally {
    scopes.pop();
    for (const tensor of scope) leave(tensor);
  }
}

/**
 * `tidy` for a function that may return a promise: until it settles, its scope stays open. Every tensor that is made meanwhile belongs to
 * that scope, also those of other code that runs while the function waits, so only one such scope may be open at a time.
 */
export function tidyUntilSettled<T>(f: () => T | Promise<T>): T | Promise<T> {
  const outer = scopes.at(-1);
  const scope = new Set<Tensor>();
  const close = (result?: T): void => {
    scopes.splice(scopes.lastIndexOf(scope), 1);
    for (const survivor of tensorsIn(result)) if (scope.delete(survivor)) outer?.add(survivor);
    for (const tensor of scope) tensor.dispose();
  };
  const succeed = (result: T): T => {
    close(result);
    return result;
  };
  const fail = (error: unknown): never => {
    close();
    throw error;
  };
  scopes.push(scope);
  let result: T | Promise<T>;
  try {
    result = f();
  } catch (error) {
    return fail(error);
  }
  return result instanceof Promise ? result.then(succeed, fail) : succeed(result);
}

/** What outlives its scope, until the outermost `retaining` ends; null while none runs. */
let retained: Tensor[] | null = null;

/** Runs `f`, at whose end everything that it retained is freed; one that runs inside another leaves that to it. */
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

/** Whether there is a `retaining` around. */
export const isRetaining = (): boolean => retained !== null;

/** Takes a tensor out of its scope; the outermost `retaining` will free it. */
export function retain<T extends Tensor>(tensor: T): T {
  retained?.push(keep(tensor));
  return tensor;
}

/** `tidy`, but what it would free is retained. */
export function tidyLater<T>(f: () => T): T {
  return scoped(f, retain);
}

/**
 * Keeps a tensor alive beyond the `tidy` it was made in; it is then yours to `dispose`.
 * @example const mean = tidy(() => keep(x.mean()));
 */
export function keep<T extends Tensor>(tensor: T): T {
  untrack(tensor);
  return tensor;
}

/** Frees every tensor in a container. @example dispose({ x, weights: [w, b] }); */
export function dispose(container: TensorContainer): void {
  for (const tensor of tensorsIn(container)) tensor.dispose();
}

export interface MemoryInfo {
  readonly numTensors: number;
  /** Distinct buffers: `reshape` shares one. */
  readonly numDataBuffers: number;
  readonly numBytes: number;
}

/** What is alive now. @example console.log(memory().numTensors); */
export function memory(): MemoryInfo {
  return { numTensors: counts.tensors, numDataBuffers: counts.buffers, numBytes: counts.bytes };
}

import { COPY } from '../base/copy.js';
import { ValueError } from '../base/errors.js';
import { show } from '../base/show.js';
import type { Seed } from '../tensor/random.js';
import { dispose, keep, tensorsIn, tidy } from '../tensor/scope.js';
import { type Batched, collate } from './collate.js';
import { fetchedAhead } from './prefetch.js';
import { orders, shuffled } from './shuffle.js';

type MaybePromise<T> = T | Promise<T>;

/** Create an iterator over the elements of a data set, starting at the first. */
export type Start<T> = () => AsyncIterator<T>;

function assertCount(method: string, argument: string, value: number, least: number): void {
  if (!(Number.isInteger(value) && value >= least)) {
    throw new ValueError(`dataset.${method}: ${argument} is ${value}, expected an integer ≥ ${least}`);
  }
}

/** Read a flag; null means true. @throws ValueError for other values, such as an options object, which is truthy */
function readFlag(method: string, argument: string, value: boolean | null | undefined): boolean {
  const flag = value ?? true;
  if (typeof flag === 'boolean') return flag;
  throw new ValueError(`dataset.${method}: ${argument} is ${show(flag)}, expected a boolean`);
}

/**
 * Keep the tensors of a prefetched element, so that the scope of a running training step does not free them.
 */
export function kept<T>(element: T): T {
  for (const tensor of tensorsIn(element)) keep(tensor);
  return element;
}

/** Free the tensors of an element, except those that are also in a result. */
export function release(element: unknown, result?: unknown): void {
  const survivors = tensorsIn(result);
  for (const tensor of tensorsIn(element)) if (!survivors.has(tensor)) tensor.dispose();
}

/**
 * A lazy sequence of elements: numbers, tensors, or arrays and objects of them.
 *
 * Ownership: the caller of an iterator owns each element and its tensors. Methods of a data set pass
 * elements on or free them: `map` and `forEachAsync` free their inputs after the function has returned (except what it
 * returned), `filter` and `skip` free the elements that they drop, `batch` frees those that it has stacked.
 * `fitDataset` and
 * `evaluateDataset` free each batch after its step. `array` yields copies that share memory; the caller still owns the
 * original tensors.
 *
 * @example for await (const { xs, ys } of data.zip({ xs: images, ys: labels }).batch(32)) { model.trainOnBatch(xs, ys); dispose([xs, ys]); }
 */
export class Dataset<T> implements AsyncIterable<T> {
  /** Name for messages, because minifiers rename classes. */
  static readonly className: string = 'Dataset';
  /** @internal the copy of the package that the class belongs to */
  static readonly copyOfNabla = COPY;

  /** @param size number of elements: Infinity for an endless data set, null if unknown */
  constructor(
    private readonly start: Start<T>,
    readonly size: number | null = null,
  ) {}

  [Symbol.asyncIterator](): AsyncIterator<T> {
    return this.start();
  }

  /** Return an iterator whose `next()` resolves to `{ value, done }`; call its `return()` to stop before the end. */
  async iterator(): Promise<AsyncIterator<T>> {
    return this.start();
  }

  private derived<U>(size: number | null, generate: (elements: AsyncIterable<T>) => AsyncGenerator<U>): Dataset<U> {
    return new Dataset(() => generate(this), size);
  }

  /**
   * Stack `batchSize` elements at a time along a new first axis.
   * @param smallLastBatch whether the remaining elements form a smaller last batch; default true
   * @throws ValueError
   */
  batch(batchSize: number, smallLastBatch?: boolean | null): Dataset<Batched<T>> {
    assertCount('batch', 'batchSize', batchSize, 1);
    const keepsSmall = readFlag('batch', 'smallLastBatch', smallLastBatch);
    const { size } = this;
    const count = size === null ? null : keepsSmall ? Math.ceil(size / batchSize) : Math.floor(size / batchSize);
    return this.derived(count, async function* (elements) {
      let rows: T[] = [];
      try {
        for await (const element of elements) {
          rows.push(element);
          if (rows.length < batchSize) continue;
          yield takeBatch(rows.splice(0));
        }
        if (rows.length > 0 && keepsSmall) yield takeBatch(rows.splice(0));
      } finally {
        dispose(rows);
        rows = [];
      }
    });
  }

  /** Apply f to each element, in a `tidy`. The element is freed afterwards, except for tensors that f returned. */
  map<U>(f: (element: T) => U): Dataset<U> {
    return this.mapAsync(async (element) => kept(tidy(() => f(element))));
  }

  /** `map` with a function that returns a promise. */
  mapAsync<U>(f: (element: T) => Promise<U>): Dataset<U> {
    return this.derived(this.size, async function* (elements) {
      for await (const element of elements) {
        let result: U | undefined;
        try {
          result = kept(await f(element));
        } finally {
          release(element, result);
        }
        yield result;
      }
    });
  }

  /** Keep the elements for which the function returns true; the others are freed. */
  filter(predicate: (element: T) => boolean): Dataset<T> {
    const size = this.size === Number.POSITIVE_INFINITY ? this.size : null;
    return this.derived(size, async function* (elements) {
      for await (const element of elements) {
        let keeps = false;
        try {
          keeps = tidy(() => predicate(element));
        } finally {
          if (!keeps) dispose(element);
        }
        if (keeps) yield element;
      }
    });
  }

  /** Return the first `count` elements. @throws ValueError */
  take(count: number): Dataset<T> {
    assertCount('take', 'count', count, 0);
    return this.derived(this.size === null ? null : Math.min(this.size, count), async function* (elements) {
      let left = count;
      if (left === 0) return;
      for await (const element of elements) {
        yield element;
        if (--left === 0) return;
      }
    });
  }

  /** Skip the first `count` elements, which are freed. @throws ValueError */
  skip(count: number): Dataset<T> {
    assertCount('skip', 'count', count, 0);
    return this.derived(this.size === null ? null : Math.max(this.size - count, 0), async function* (elements) {
      let left = count;
      for await (const element of elements) {
        if (left-- > 0) dispose(element);
        else yield element;
      }
    });
  }

  /** Repeat the data set. @param count default endlessly @throws ValueError */
  repeat(count: number = Number.POSITIVE_INFINITY): Dataset<T> {
    if (count !== Number.POSITIVE_INFINITY) assertCount('repeat', 'count', count, 0);
    const none = count === 0 || this.size === 0;
    const size = none ? 0 : this.size === null ? null : this.size * count;
    return this.derived(size, async function* (elements) {
      for (let round = 0; round < count; round++) {
        let empty = true;
        for await (const element of elements) {
          empty = false;
          yield element;
        }
        if (empty) return;
      }
    });
  }

  /** Append another data set. @throws ValueError */
  concatenate(other: Dataset<T>): Dataset<T> {
    if (!(other instanceof Dataset))
      throw new ValueError(`dataset.concatenate: given ${show(other)}, expected a data set`);
    const size = this.size === null || other.size === null ? null : this.size + other.size;
    return this.derived(size, async function* (elements) {
      yield* elements;
      yield* other;
    });
  }

  /**
   * Shuffle the elements: each is drawn from a buffer that is refilled from the sequence.
   * @param bufferSize the size of the data set for a uniform shuffle
   * @param seed default: the library's random stream, which `setSeed` seeds
   * @param reshuffleEachIteration whether each iteration has a new order; default true
   * @throws ValueError
   */
  shuffle(bufferSize: number, seed?: Seed | null, reshuffleEachIteration?: boolean | null): Dataset<T> {
    assertCount('shuffle', 'bufferSize', bufferSize, 1);
    const keys = orders(seed, readFlag('shuffle', 'reshuffleEachIteration', reshuffleEachIteration));
    return this.derived(this.size, (elements) => shuffled(elements, bufferSize, keys()));
  }

  /** Request elements ahead of time, so that they are prepared while earlier ones are used. @throws ValueError */
  prefetch(bufferSize: number): Dataset<T> {
    assertCount('prefetch', 'bufferSize', bufferSize, 1);
    return this.derived(this.size, (elements) => fetchedAhead(elements, bufferSize));
  }

  /** Call a function with each element, which is freed afterwards. */
  async forEachAsync(f: (element: T) => MaybePromise<void>): Promise<void> {
    for await (const element of this) {
      try {
        await f(element);
      } finally {
        dispose(element);
      }
    }
  }

  /** Return all elements; the caller owns their tensors. @throws ValueError for an endless data set */
  async toArray(): Promise<T[]> {
    if (this.size === Number.POSITIVE_INFINITY) {
      throw new ValueError('dataset.toArray: the data set is endless, expected take(count) first');
    }
    const elements: T[] = [];
    try {
      for await (const element of this) elements.push(element);
    } catch (error) {
      dispose(elements);
      throw error;
    }
    return elements;
  }
}

function takeBatch<T>(rows: T[]): Batched<T> {
  try {
    return kept(collate(rows) as Batched<T>);
  } finally {
    dispose(rows);
  }
}

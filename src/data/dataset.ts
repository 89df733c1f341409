import { ValueError } from '../base/errors.js';
import type { Seed } from '../tensor/random.js';
import { dispose, keep, tensorsIn, tidy } from '../tensor/scope.js';
import { type Batched, collate } from './collate.js';
import { fetchedAhead } from './prefetch.js';
import { orders, shuffled } from './shuffle.js';

type MaybePromise<T> = T | Promise<T>;

/** Create an iterator over the elements of a data set, from the first on. */
export type Start<T> = () => AsyncIterator<T>;

function assertCount(method: string, argument: string, value: number, least: number): void {
  if (!(Number.isInteger(value) && value >= least)) {
    throw new ValueError(`dataset.${method}: ${argument} is ${value}, expected an integer ≥ ${least}`);
  }
}

/** Keep new tensors from a model's asynchronous step, whose scope may be open while elements are made ahead. */
export function kept<T>(element: T): T {
  for (const tensor of tensorsIn(element)) keep(tensor);
  return element;
}

/** Free the tensors of an element, except those that are in a result too. */
export function release(element: unknown, result?: unknown): void {
  const survivors = tensorsIn(result);
  for (const tensor of tensorsIn(element)) if (!survivors.has(tensor)) tensor.dispose();
}

/**
 * A sequence of elements, made when they are asked for: numbers, tensors, or arrays and objects of them.
 *
 * Who owns what: an iterator hands each element over to whoever asked, tensors and all. Methods of a data set pass
 * elements on or free them: `map` and `forEachAsync` free what went in once the function has returned (but what it
 * returned), `filter` and `skip` free what they drop, `batch` frees what it has stacked. `fitDataset` and
 * `evaluateDataset` free each batch after its step. `array` gives copies, which share memory; the tensors that it was
 * made from stay yours.
 *
 * @example for await (const { xs, ys } of data.zip({ xs: images, ys: labels }).batch(32)) { model.trainOnBatch(xs, ys); dispose([xs, ys]); }
 */
export class Dataset<T> implements AsyncIterable<T> {
  /** For messages: minifiers rename classes. */
  static readonly className: string = 'Dataset';

  /** @param size elements in all: Infinity when there is no end, null when it is not known */
  constructor(
    private readonly start: Start<T>,
    readonly size: number | null = null,
  ) {}

  [Symbol.asyncIterator](): AsyncIterator<T> {
    return this.start();
  }

  /** An iterator whose `next()` gives `{ value, done }`; call its `return()` when you stop before the end. */
  async iterator(): Promise<AsyncIterator<T>> {
    return this.start();
  }

  private derived<U>(size: number | null, generate: (elements: AsyncIterable<T>) => AsyncGenerator<U>): Dataset<U> {
    return new Dataset(() => generate(this), size);
  }

  /**
   * Elements stacked along a new first axis, `batchSize` at a time.
   * @param smallLastBatch whether what is left at the end makes a smaller batch; default true
   * @throws ValueError
   */
  batch(batchSize: number, smallLastBatch = true): Dataset<Batched<T>> {
    assertCount('batch', 'batchSize', batchSize, 1);
    const { size } = this;
    const count = size === null ? null : smallLastBatch ? Math.ceil(size / batchSize) : Math.floor(size / batchSize);
    return this.derived(count, async function* (elements) {
      let rows: T[] = [];
      try {
        for await (const element of elements) {
          rows.push(element);
          if (rows.length < batchSize) continue;
          yield takeBatch(rows.splice(0));
        }
        if (rows.length > 0 && smallLastBatch) yield takeBatch(rows.splice(0));
      } finally {
        dispose(rows);
        rows = [];
      }
    });
  }

  /** f of each element, in a `tidy`. What goes in is freed afterwards, but what f returned. */
  map<U>(f: (element: T) => U): Dataset<U> {
    return this.mapAsync(async (element) => kept(tidy(() => f(element))));
  }

  /** The same for a function that returns a promise. */
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

  /** Elements for which the function gives true; the others are freed. */
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

  /** The first elements. @throws ValueError */
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

  /** All but the first elements, which are freed. @throws ValueError */
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

  /** This data set several times over. @param count default: without end @throws ValueError */
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

  /** This data set, then another. */
  concatenate(other: Dataset<T>): Dataset<T> {
    const size = this.size === null || other.size === null ? null : this.size + other.size;
    return this.derived(size, async function* (elements) {
      yield* elements;
      yield* other;
    });
  }

  /**
   * Elements in random order: each is drawn from a buffer that is filled up from the sequence.
   * @param bufferSize as large as the data set for an even shuffle
   * @param seed default: the library's random stream, which `setSeed` starts
   * @param reshuffleEachIteration whether another order comes each time; default true
   * @throws ValueError
   */
  shuffle(bufferSize: number, seed?: Seed | null, reshuffleEachIteration = true): Dataset<T> {
    assertCount('shuffle', 'bufferSize', bufferSize, 1);
    const keys = orders(seed, reshuffleEachIteration);
    return this.derived(this.size, (elements) => shuffled(elements, bufferSize, keys()));
  }

  /** Request elements ahead of time, so that they are made while others are used. @throws ValueError */
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

  /** All elements, which are then yours. @throws ValueError when there is no end */
  async toArray(): Promise<T[]> {
    if (this.size === Number.POSITIVE_INFINITY) {
      throw new ValueError('dataset.toArray: the data set has no end, expected take(count) before');
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

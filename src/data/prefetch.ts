import { dispose } from '../tensor/scope.js';

/** Elements that are asked for ahead of time. What is under way when the reader stops is freed. */
export async function* fetchedAhead<T>(elements: AsyncIterable<T>, bufferSize: number): AsyncGenerator<T> {
  const source = elements[Symbol.asyncIterator]();
  const ahead: Promise<IteratorResult<T>>[] = [];
  try {
    for (;;) {
      while (ahead.length < bufferSize) {
        const next = source.next();
        // The error is met when the element is asked for.
        next.catch(() => {});
        ahead.push(next);
      }
      const { done, value } = await ahead.shift()!;
      if (done) return;
      yield value;
    }
  } finally {
    for (const next of ahead)
      await next.then(
        ({ done, value }) => void (done || dispose(value)),
        () => {},
      );
    await source.return?.();
  }
}

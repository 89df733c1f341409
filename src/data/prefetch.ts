import { dispose } from '../tensor/scope.js';

/** Request elements ahead of time. Pending elements are freed when the reader stops. */
export async function* fetchedAhead<T>(elements: AsyncIterable<T>, bufferSize: number): AsyncGenerator<T> {
  const source = elements[Symbol.asyncIterator]();
  const ahead: Promise<IteratorResult<T>>[] = [];
  try {
    for (;;) {
      while (ahead.length < bufferSize) {
        const next = source.next();
        // The error is thrown when the element is requested.
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

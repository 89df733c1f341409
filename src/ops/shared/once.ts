/** Return a function that calls `f` when it is first called, and returns that value from then on. */
export function once<T>(f: () => T): () => T {
  let value: T;
  let isKnown = false;
  return () => {
    if (isKnown) return value;
    value = f();
    isKnown = true;
    return value;
  };
}

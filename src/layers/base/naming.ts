const counters = new Map<string, number>();
const taken = new Set<string>();

/** Return the next automatic name: `conv2d`, `conv2d_1`, `conv2d_2`, … */
export function uniqueName(kind: string): string {
  for (;;) {
    const count = counters.get(kind) ?? 0;
    counters.set(kind, count + 1);
    const name = count ? `${kind}_${count}` : kind;
    if (!taken.has(name)) return name;
  }
}

/** Reserve a name that a user gave, so that no automatic name equals it. */
export function reserveName(name: string): string {
  taken.add(name);
  return name;
}

/** Restart automatic names, as Keras's `clear_session` does. @example clearSession(); */
export function clearSession(): void {
  counters.clear();
  taken.clear();
}

/** One form of a buffer's values, in memory of a backend. */
export interface Form {
  /** Give the memory back: the values have changed, or are gone. */
  free(): void;
}

/**
 * Forms of one buffer's values that a backend keeps from call to call, such as the panels of a weight. They belong to
 * the values: whatever writes to the buffer, or frees it, clears them first.
 */
export class Forms {
  private readonly kept = new Map<string, Form>();

  get(key: string): Form | undefined {
    return this.kept.get(key);
  }

  set(key: string, form: Form): void {
    this.kept.set(key, form);
  }

  delete(key: string): void {
    this.kept.delete(key);
  }

  /** Free every form. */
  clear(): void {
    for (const form of this.kept.values()) form.free();
    this.kept.clear();
  }
}

/**
 * Runs tasks one after the other. Tasks that do not wait run at once, so that the synchronous modes of
 * gpu.js stay synchronous; after a task that returns a promise, later tasks are queued.
 */
export class TaskQueue {
  private tail: Promise<void> | null = null;

  /** Whether every task so far has ended. */
  get isIdle(): boolean {
    return this.tail === null;
  }

  push<T>(task: () => T | Promise<T>): T | Promise<T> {
    const before = this.tail;
    const result = before ? before.then(task) : task();
    if (result instanceof Promise) this.waitFor(result);
    return result;
  }

  private waitFor(result: Promise<unknown>): void {
    const tail: Promise<void> = result.then(
      () => this.settle(tail),
      () => this.settle(tail),
    );
    this.tail = tail;
  }

  private settle(tail: Promise<void>): void {
    if (this.tail === tail) this.tail = null;
  }
}

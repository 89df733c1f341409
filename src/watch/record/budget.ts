/** Milliseconds that may be spent before anything was trained. */
const ALLOWANCE = 50;

/** Keeps the time for looking at a run below a share of its whole time. */
export class Budget {
  private readonly began = performance.now();
  private spent = 0;

  /** @param share such as 0.005 */
  constructor(private readonly share: number) {}

  get isAffordable(): boolean {
    return this.spent <= ALLOWANCE + this.share * (performance.now() - this.began);
  }

  /** Run something, and count its time. */
  spend<T>(work: () => T): T {
    const start = performance.now();
    try {
      return work();
    } finally {
      this.spent += performance.now() - start;
    }
  }
}

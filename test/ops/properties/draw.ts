import { uniform } from '../../../src/base/philox.js';

/** Random choices, the same for the same seed. */
export class Draw {
  private position = 0;

  constructor(private readonly seed: number) {}

  /** From low to high, both included. */
  integer(low: number, high: number): number {
    return low + Math.floor(uniform(this.seed, this.position++) * (high - low + 1));
  }

  flag(probability = 0.5): boolean {
    return uniform(this.seed, this.position++) < probability;
  }

  pick<T>(choices: readonly T[]): T {
    return choices[this.integer(0, choices.length - 1)];
  }

  list<T>(count: number, make: () => T): T[] {
    return Array.from({ length: count }, make);
  }

  /** Some of 0 … count − 1, in order. */
  subset(count: number): number[] {
    return Array.from({ length: count }, (_, i) => i).filter(() => this.flag());
  }

  /** Sizes of axes, few of them large, some 1. */
  shape(leastAxes: number, mostAxes: number, largest = 7): number[] {
    return this.list(this.integer(leastAxes, mostAxes), () => this.pick([1, this.integer(1, largest)]));
  }

  axis(rank: number): number {
    return this.integer(-rank, rank - 1);
  }
}

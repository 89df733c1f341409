import { ValueError } from '../base/errors.js';
import { type Schedule, scheduleFromConfig } from './schedules.js';

/** A schedule as `getConfig` writes it. */
export interface SavedSchedule {
  readonly className: string;
  readonly config: Readonly<Record<string, unknown>>;
}

/** The rate of an optimizer: a base rate, a number or a schedule, divided by 1 + decay · updates. */
export class LearningRate {
  private rate: number | Schedule;

  /** @throws ValueError when it is neither a number ≥ 0 nor a schedule */
  constructor(
    private readonly optimizer: string,
    value: number | Schedule | SavedSchedule,
    private readonly decay: number,
  ) {
    this.rate = this.checked(value);
  }

  /** The rate before decay. */
  base(iterations: number): number {
    return typeof this.rate === 'function' ? this.rate(iterations) : this.rate;
  }

  at(iterations: number): number {
    return this.base(iterations) / this.divisor(iterations);
  }

  /** Set the rate before decay. @throws ValueError for a number where the rate follows a schedule */
  setBase(value: number | Schedule): void {
    const rate = this.checked(value);
    if (typeof rate === 'number' && typeof this.rate === 'function') {
      throw new ValueError(
        `${this.optimizer}: learningRate set to ${rate}, but it follows a schedule; set a schedule, or make the optimizer with a number`,
      );
    }
    this.rate = rate;
  }

  /** Set the rate of the next update: decay goes on from there. */
  set(value: number | Schedule, iterations: number): void {
    this.setBase(typeof value === 'number' ? value * this.divisor(iterations) : value);
  }

  get isScheduled(): boolean {
    return typeof this.rate === 'function';
  }

  /** @throws ValueError for a schedule that is a custom function */
  getConfig(): number | SavedSchedule {
    if (typeof this.rate === 'number') return this.rate;
    const { className, config } = this.rate;
    if (!className || !config) {
      throw new ValueError(`${this.optimizer}: a learning rate that is a custom function cannot be saved`);
    }
    return { className, config };
  }

  private divisor(iterations: number): number {
    return 1 + this.decay * iterations;
  }

  private checked(value: number | Schedule | SavedSchedule): number | Schedule {
    if (typeof value === 'function') return value;
    if (typeof value === 'object' && value?.className !== undefined) {
      return scheduleFromConfig(value.className, value.config);
    }
    if (!(typeof value === 'number' && value >= 0 && value < Number.POSITIVE_INFINITY)) {
      const given = typeof value === 'number' ? value : JSON.stringify(value);
      throw new ValueError(`${this.optimizer}: learningRate is ${given}, expected a number ≥ 0 or a schedule`);
    }
    return value;
  }
}

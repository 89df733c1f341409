import { ValueError } from '../base/errors.js';
import { type Option, option } from '../base/options.js';
import { isPlainObject } from '../base/show.js';
import { type Schedule, scheduleFromConfig } from './schedules.js';

/** A schedule in the form of `getConfig`. */
export interface SavedSchedule {
  readonly className: string;
  readonly config: Readonly<Record<string, unknown>>;
}

/** A number ≥ 0, a schedule, or the config of a schedule. */
export const learningRate = (): Option<number | Schedule, number | Schedule | SavedSchedule> =>
  option<number | Schedule, number | Schedule | SavedSchedule>({
    expected: 'a number ≥ 0 or a schedule',
    read: (value) => {
      if (typeof value === 'function') return value as Schedule;
      if (isPlainObject(value) && typeof value.className === 'string') {
        return scheduleFromConfig(value.className, value.config as SavedSchedule['config']);
      }
      return Number.isFinite(value) && (value as number) >= 0 ? (value as number) : undefined;
    },
  });

const RATE = learningRate();

/** The rate of an optimizer: a base rate, a number or a schedule, divided by 1 + decay · updates. */
export class LearningRate {
  constructor(
    private readonly optimizer: string,
    private rate: number | Schedule,
    private readonly decay: number,
  ) {}

  /** The rate before decay. */
  base(iterations: number): number {
    return typeof this.rate === 'function' ? this.rate(iterations) : this.rate;
  }

  at(iterations: number): number {
    return this.base(iterations) / this.divisor(iterations);
  }

  /** Set the rate before decay. @throws ValueError for a number while the rate follows a schedule */
  setBase(value: number | Schedule): void {
    const rate = RATE.check(this.optimizer, 'learningRate', value);
    if (typeof rate === 'number' && this.isScheduled) {
      throw new ValueError(
        `${this.optimizer}: learningRate set to ${rate}, but it follows a schedule; set a schedule, or make the ` +
          'optimizer with a number',
      );
    }
    this.rate = rate;
  }

  /** Set the rate of the next update, from which decay continues. */
  set(value: number | Schedule, iterations: number): void {
    this.setBase(typeof value === 'number' ? value * this.divisor(iterations) : value);
  }

  /** The number or the schedule. */
  get value(): number | Schedule {
    return this.rate;
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
}

import { ValueError } from '../../base/errors.js';
import { type Given, number, readOptions } from '../../base/options.js';
import { show } from '../../base/show.js';
import { type CallbackState, numberIn } from '../callback-state.js';
import { Callback } from './callback.js';

const OPTIONS = {
  /** 1 prints the rate of each epoch; default 0. */
  verbose: number().default(0),
};

export type LearningRateSchedulerOptions = Given<typeof OPTIONS>;

type RateOfEpoch = (epoch: number, learningRate: number) => number;

/**
 * Set the learning rate at the start of each epoch.
 * @param schedule returns the rate for an epoch, which counts from 0, and the previous rate
 * @param options `verbose`, as an object or, as Keras's second argument, a number
 * @throws ValueError when an option is unknown; in an epoch, when the function does not return a number, or the
 * optimizer has a schedule
 * @see keras.callbacks.LearningRateScheduler
 * @example new callbacks.LearningRateScheduler((epoch, rate) => (epoch < 10 ? rate : rate * 0.9))
 */
export class LearningRateScheduler extends Callback {
  static readonly className: string = 'LearningRateScheduler';

  private readonly verbose: number;
  /** The epoch whose rate is set; −1 before the first. */
  private lastEpoch = -1;

  constructor(
    private readonly schedule: RateOfEpoch,
    options?: LearningRateSchedulerOptions | number,
  ) {
    super();
    if (typeof schedule !== 'function') {
      throw new ValueError(
        `learningRateScheduler: schedule is ${show(schedule)}, expected a function of epoch and rate`,
      );
    }
    this.verbose = readOptions('learningRateScheduler', OPTIONS, options, 'verbose').verbose;
  }

  override onTrainBegin(): void {
    this.lastEpoch = -1;
  }

  override onEpochBegin(epoch: number): void {
    // A resumed epoch keeps its rate: calling the schedule again would return the rate of the next epoch.
    if (epoch === this.lastEpoch) return;
    const { optimizer } = this.model;
    const rate = this.schedule(epoch, optimizer.baseLearningRate);
    if (!Number.isFinite(rate)) throw new ValueError(`learningRateScheduler: given ${rate}, expected a number`);
    optimizer.baseLearningRate = rate;
    this.lastEpoch = epoch;
    if (this.verbose > 0) console.log(`Epoch ${epoch + 1}: learning rate ${rate}`);
  }

  /** @internal */
  override getState(): CallbackState {
    return { values: { lastEpoch: this.lastEpoch } };
  }

  /** @internal */
  override setState(state: CallbackState): void {
    this.lastEpoch = numberIn(state, 'learningRateScheduler', 'lastEpoch');
  }
}

/**
 * See `LearningRateScheduler`.
 * @example callbacks.learningRateScheduler((epoch, rate) => (epoch < 10 ? rate : rate * 0.9))
 */
export const learningRateScheduler = (
  schedule: RateOfEpoch,
  options?: LearningRateSchedulerOptions | number,
): LearningRateScheduler => new LearningRateScheduler(schedule, options);

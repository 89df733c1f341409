import { ValueError } from '../../base/errors.js';
import { Callback } from './callback.js';

/**
 * Sets the learning rate at the start of each epoch.
 * @example learningRateScheduler((epoch, rate) => (epoch < 10 ? rate : rate * 0.9))
 */
export class LearningRateScheduler extends Callback {
  constructor(private readonly schedule: (epoch: number, learningRate: number) => number) {
    super();
  }

  /** @throws ValueError when the function does not return a number */
  override onEpochBegin(epoch: number): void {
    const { optimizer } = this.model;
    const rate = this.schedule(epoch, optimizer.baseLearningRate);
    if (!Number.isFinite(rate)) throw new ValueError(`learningRateScheduler: given ${rate}, expected a number`);
    optimizer.baseLearningRate = rate;
  }
}

/**
 * See `LearningRateScheduler`.
 * @example callbacks.learningRateScheduler((epoch, rate) => (epoch < 10 ? rate : rate * 0.9))
 */
export const learningRateScheduler = (schedule: (epoch: number, learningRate: number) => number) =>
  new LearningRateScheduler(schedule);

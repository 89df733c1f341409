import type { RandomState } from '../backends/kernels.js';
import type { NamedCallbackState } from './callback-state.js';
import type { EpochPosition } from './feeds/feed.js';
import type { EpochHistory } from './model/logs.js';

/**
 * The position of training: with the model and its optimizer, all that is needed to continue as if it had not been
 * stopped. JSON, but for the arrays of callbacks.
 */
export interface TrainingPosition {
  /** Finished epochs, which is the number of the next one. */
  readonly epoch: number;
  /** The library's random stream at the start of that epoch, from which its order is drawn again. */
  readonly epochRandom: RandomState;
  /** Steps of that epoch, and their sums. */
  readonly position: EpochPosition;
  readonly history: EpochHistory;
  /** Whether some callback has asked to end training there; default false. */
  readonly stopped?: boolean;
  /** States of the callbacks; not given before training, and in files of releases that kept none. */
  readonly callbacks?: readonly NamedCallbackState[];
}

/**
 * A callback that keeps the position of training and can continue from it: `backupAndRestore`, and runs of the command
 * line.
 */
export interface PositionKeeper {
  /** Restore the model before training; null to start from the beginning. */
  restorePosition?(): Promise<TrainingPosition | null>;
  /** Return whether to keep the position, after each step. It is always kept after an epoch. */
  isPositionDue(): boolean;
  /**
   * Asked between batches of validation, whether to keep the position at the end of the epoch's steps, in order to
   * leave training there.
   */
  isLeaving?(): boolean;
  keepPosition(position: TrainingPosition): Promise<void>;
}

export const isPositionKeeper = (callback: object): callback is PositionKeeper => 'keepPosition' in callback;

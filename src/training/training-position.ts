import type { RandomState } from '../backends/kernels.js';
import type { NamedCallbackState } from './callback-state.js';
import type { EpochPosition } from './feeds/feed.js';
import type { EpochHistory } from './model/logs.js';

/**
 * The position of training: with the model and its optimizer, all that is needed to continue as if training had not
 * been
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
   * Asked after each step and between batches of validation, whether to leave training: the position is kept, then
   * `leave` is called. Where several processes train, one that leaves takes all along.
   */
  isLeaving?(): boolean;
  /** @param isLeaving whether training is left after this */
  keepPosition(position: TrainingPosition, isLeaving: boolean): Promise<void>;
  /** Leave training at a position that is kept, by throwing; return where it is about to end by itself. */
  leave?(position: TrainingPosition): void;
}

/** The callbacks that keep the position of training. */
export const positionKeepers = (callbacks: readonly object[]): readonly PositionKeeper[] =>
  callbacks.filter((callback): callback is PositionKeeper => 'keepPosition' in callback);

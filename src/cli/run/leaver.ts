import type { Model } from '../../models/model.js';
import { Callback } from '../../training/callbacks/callback.js';
import type { PositionKeeper, TrainingPosition } from '../../training/training-position.js';
import { type Interrupt, Interrupted } from './interrupt.js';

/**
 * Ends training when the run is interrupted, by throwing `Interrupted`: `stopTraining` would first validate the epoch,
 * which takes minutes for a large model. Processes that write nothing have only this callback.
 */
export class Leaver extends Callback<Model> implements PositionKeeper {
  constructor(
    protected readonly interrupt: Interrupt,
    private readonly epochs: number,
  ) {
    super();
  }

  async restorePosition(): Promise<TrainingPosition | null> {
    return null;
  }

  isPositionDue(): boolean {
    return false;
  }

  isLeaving(): boolean {
    return this.interrupt.happened;
  }

  async keepPosition(_position: TrainingPosition, _isLeaving: boolean): Promise<void> {}

  leave(position: TrainingPosition): void {
    if (!this.isEnd(position)) throw new Interrupted();
  }

  /** Whether training is complete. */
  protected isEnd({ epoch }: TrainingPosition): boolean {
    return epoch === this.epochs;
  }
}

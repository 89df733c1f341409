import type { Model } from '../../models/model.js';
import { Callback } from '../../training/callbacks/callback.js';
import type { PositionKeeper, TrainingPosition } from '../../training/training-position.js';
import { type Interrupt, Interrupted } from './interrupt.js';

/**
 * Ends training when the run is interrupted, by throwing `Interrupted`: `stopTraining` would first have the epoch
 * validated, which takes minutes of a large model. Of several processes, those that write nothing have this alone.
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

  /** Whether nothing is left to train. */
  protected isEnd({ epoch }: TrainingPosition): boolean {
    return epoch === this.epochs;
  }
}

import { backendInfo } from '../../backends/registry.js';
import { FileError } from '../../base/errors.js';
import type { Model } from '../../models/model.js';
import { Callback } from '../../training/callbacks/callback.js';
import type { PositionKeeper, TrainingPosition } from '../../training/training-position.js';
import type { RunSettings } from '../recipes/run-settings.js';
import { type Interrupt, Interrupted } from './interrupt.js';
import type { RunFolder, RunState } from './run-folder.js';

/**
 * Writes a run to its folder after each epoch, and within an epoch after an interval or when the run is interrupted;
 * then it ends training by throwing `Interrupted`: `stopTraining` would first validate the epoch, which takes
 * minutes with a large model.
 */
export class RunKeeper extends Callback<Model> implements PositionKeeper {
  private written = performance.now();
  private readonly began = performance.now();

  /**
   * @param left the run to continue
   * @param interval seconds between two writes within an epoch
   */
  constructor(
    private readonly folder: RunFolder,
    model: Model,
    private readonly settings: RunSettings,
    private readonly left: RunState | null,
    private readonly interrupt: Interrupt,
    private readonly interval: number,
  ) {
    super();
    this.setModel(model);
  }

  /** Seconds that the run took so far, including those before an interruption. */
  get seconds(): number {
    return (this.left?.seconds ?? 0) + (performance.now() - this.began) / 1000;
  }

  async restorePosition(): Promise<TrainingPosition | null> {
    return this.left?.position ?? null;
  }

  isPositionDue(): boolean {
    return this.interrupt.happened || performance.now() - this.written > this.interval * 1000;
  }

  isLeaving(): boolean {
    return this.interrupt.happened;
  }

  async keepPosition(position: TrainingPosition): Promise<void> {
    const { settings, seconds } = this;
    const isLast = position.epoch === settings.epochs;
    if (this.interrupt.happened) this.interrupt.saving();
    try {
      await this.folder.write(this.model, { settings, position, seconds, backend: backendInfo().name });
    } catch (error) {
      // The previous files are still complete, and the next write may find room again.
      if (!(error instanceof FileError) || this.interrupt.happened || isLast) throw error;
      console.warn(`\n${error.message}; the run goes on`);
    }
    this.written = performance.now();
    if (this.interrupt.happened && !isLast) throw new Interrupted();
  }
}

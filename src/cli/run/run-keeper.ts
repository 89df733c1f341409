import { backendInfo } from '../../backends/registry.js';
import { FileError } from '../../base/errors.js';
import type { Model } from '../../models/model.js';
import type { TrainingPosition } from '../../training/training-position.js';
import type { RunSettings } from '../recipes/run-settings.js';
import type { Interrupt } from './interrupt.js';
import { Leaver } from './leaver.js';
import type { RunFolder, RunState } from './run-folder.js';

/**
 * Writes a run to its folder after each epoch, and within an epoch after an interval or when the run is interrupted.
 */
export class RunKeeper extends Leaver {
  private written = performance.now();
  private isAskedToSave = false;
  private readonly began = performance.now();

  /**
   * @param left the run to continue
   * @param interval seconds between two writes within an epoch
   * @param processes number of processes that train
   * @param afterSave called when the run was written
   */
  constructor(
    private readonly folder: RunFolder,
    model: Model,
    private readonly settings: RunSettings,
    private readonly left: RunState | null,
    interrupt: Interrupt,
    private readonly interval: number,
    private readonly processes: number,
    private readonly afterSave: () => void,
  ) {
    super(interrupt, settings.epochs);
    this.setModel(model);
  }

  /** Duration of the run so far in seconds, including the time before an interruption. */
  get seconds(): number {
    return (this.left?.seconds ?? 0) + (performance.now() - this.began) / 1000;
  }

  override async restorePosition(): Promise<TrainingPosition | null> {
    return this.left?.position ?? null;
  }

  /** Write the run after the next step. */
  saveSoon(): void {
    this.isAskedToSave = true;
  }

  override isPositionDue(): boolean {
    return this.isAskedToSave || performance.now() - this.written > this.interval * 1000;
  }

  override async keepPosition(position: TrainingPosition, isLeaving: boolean): Promise<void> {
    const { settings, seconds, processes } = this;
    if (isLeaving) this.interrupt.saving();
    this.isAskedToSave = false;
    try {
      const { name: backend, variant } = backendInfo();
      await this.folder.write(this.model, { settings, position, seconds, backend, variant, processes });
      this.afterSave();
    } catch (error) {
      // The previous files are still complete, and the next write may succeed.
      if (!(error instanceof FileError) || isLeaving || this.isEnd(position)) throw error;
      console.warn(`\n${error.message}; the run continues`);
    }
    this.written = performance.now();
  }
}

import { ValueError } from '../../base/errors.js';
import { didYouMean } from '../../base/names.js';
import { accept, boolean, type Given, number, readOptions } from '../../base/options.js';
import { type CallbackState, numberOrNull } from '../callback-state.js';
import type { Logs } from '../model/logs.js';
import type { TrainedModel } from '../model/trained-model.js';
import type { SaveTarget } from '../options/save-options.js';
import { Callback } from './callback.js';
import { MONITOR_OPTIONS, Monitor } from './monitor.js';

type Target = SaveTarget | ((epoch: number, logs: Logs) => SaveTarget);

interface SaveFunction {
  // A method, so that functions of a `Model` are accepted.
  save(model: TrainedModel, epoch: number, logs: Logs): unknown;
}

const isTarget = (value: unknown): boolean =>
  typeof value === 'string' || typeof value === 'function' || (typeof value === 'object' && value !== null);

const OPTIONS = {
  ...MONITOR_OPTIONS,
  /**
   * Where the model is written, in the format of the name's ending, see `saveModel`; `{epoch}`, counted from 1, and
   * names of logs are replaced by their numbers, with Keras's formats: `run/{epoch:02d}-{val_loss:.2f}.keras`. Or a
   * function of the epoch, from 0, and the logs.
   */
  filepath: accept<Target>('a path, a file handle or a function', isTarget).optional(),
  /** Instead of filepath: writes the model itself. @param epoch from 0 */
  save: accept<SaveFunction['save']>('a function', (value) => typeof value === 'function').optional(),
  /** Whether to write only the weights, see `saveWeights`; default false. */
  saveWeightsOnly: boolean().default(false),
  /** Whether to save only when an epoch is better than all before; default false. */
  saveBestOnly: boolean().default(false),
  /** The value to surpass for the first file of `saveBestOnly`; default none. */
  initialValueThreshold: number().optional(),
  /** 1 prints a message for each written file; default 0. */
  verbose: number().default(0),
};

export type ModelCheckpointOptions = Given<typeof OPTIONS>;

/**
 * Save the model after epochs.
 * @throws ValueError when an option is unknown, or neither or both of `filepath` and `save` are given; after an epoch,
 * when `filepath`
 *   has a name that the logs lack, or a format other than those
 * @see keras.callbacks.ModelCheckpoint
 * @example await model.fit(x, y, { callbacks: [new callbacks.ModelCheckpoint({ filepath: '{epoch:02d}.keras' })] })
 */
export class ModelCheckpoint extends Callback {
  static readonly className: string = 'ModelCheckpoint';
  private readonly monitor: Monitor;

  private readonly options;

  constructor(options: ModelCheckpointOptions) {
    super();
    this.options = readOptions('modelCheckpoint', OPTIONS, options);
    const { filepath, save, initialValueThreshold } = this.options;
    this.monitor = new Monitor('modelCheckpoint', this.options);
    if ((filepath === undefined) === (save === undefined)) {
      throw new ValueError('modelCheckpoint: expected either filepath or save');
    }
    this.monitor.best = initialValueThreshold ?? null;
  }

  override async onEpochEnd(epoch: number, logs: Logs): Promise<void> {
    if (this.options.saveBestOnly) {
      const value = this.monitor.read(logs, this.model);
      if (value === undefined || !this.monitor.isBetter(value)) return;
      this.monitor.best = value;
    }
    const { filepath, save } = this.options;
    if (save) await save(this.model, epoch, logs);
    else if (filepath !== undefined) await this.write(filepath, epoch, logs);
  }

  /** @internal */
  override getState(): CallbackState {
    return { values: { best: this.monitor.best } };
  }

  /** @internal */
  override setState(state: CallbackState): void {
    this.monitor.best = numberOrNull(state, 'modelCheckpoint', 'best');
  }

  private async write(filepath: Target, epoch: number, logs: Logs) {
    const { saveWeightsOnly, verbose } = this.options;
    const given = typeof filepath === 'function' ? filepath(epoch, logs) : filepath;
    const target = typeof given === 'string' ? filled(given, { ...logs, epoch: epoch + 1 }) : given;
    await (saveWeightsOnly ? this.model.saveWeights(target) : this.model.save(target));
    const name =
      typeof target === 'string' || target instanceof URL ? target : 'name' in target ? target.name : 'a handler';
    if (verbose) console.log(`Epoch ${epoch + 1}: saved to ${name}`);
  }
}

/** Replace `{name}`, `{name:02d}` and `{name:.2f}` as Python's format does. @throws ValueError */
function filled(template: string, values: Logs): string {
  return template.replace(/\{([^{}:]*)(?::([^{}]*))?\}/g, (whole, name: string, format = '') => {
    const value = values[name];
    const names = Object.keys(values);
    if (value === undefined) {
      const known = `${names.join(', ')}${didYouMean(name, names)}`;
      throw new ValueError(`modelCheckpoint: filepath has ${whole}, expected one of ${known}`);
    }
    const parts = /^(0?)(\d*)(?:d|(?:\.(\d+))?(f))?$/.exec(format);
    if (!parts) throw new ValueError(`modelCheckpoint: filepath has ${whole}, expected a format such as 02d or .2f`);
    const [, zeros, width, digits = 6, fixed] = parts;
    return (fixed ? value.toFixed(Number(digits)) : String(value)).padStart(Number(width), zeros || ' ');
  });
}

/**
 * See `ModelCheckpoint`.
 * @example callbacks.modelCheckpoint({ filepath: 'best.keras', saveBestOnly: true, monitor: 'val_accuracy' })
 */
export const modelCheckpoint = (options: ModelCheckpointOptions): ModelCheckpoint => new ModelCheckpoint(options);

import { appendFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import {
  anyOf,
  boolean,
  type Given,
  integer,
  type Options,
  oneOf,
  positiveInteger,
  readOptions,
  string,
} from '../../base/options.js';
import type { Model } from '../../models/model.js';
import { Callback } from '../../training/callbacks/callback.js';
import type { Logs } from '../../training/model/logs.js';
import { WRITTEN_VERSIONS } from '../keras/versions.js';
import { writeConfig } from '../keras/write-config.js';
import { fileError } from '../storage/atomic-write.js';
import { makeFolder } from '../storage/make-folder.js';
import {
  histogramValue,
  imageValue,
  modelValue,
  type SummaryValue,
  scalarValue,
  summaryEvent,
  versionEvent,
} from './events.js';

const OPTIONS = {
  /** The folder of the run; start TensorBoard with this folder or a parent. */
  logDir: string().default('logs'),
  /** Number of epochs between histograms of the weights; default 0: none. */
  histogramFreq: integer({ min: 0 }).default(0),
  /** Whether the model's graph is written; default true. */
  writeGraph: boolean().default(true),
  /** Whether to write weights as images too, with the histograms; default false. */
  writeImages: boolean().default(false),
  /** When to write losses and metrics: each `'epoch'`, each `'batch'`, or a number of batches; default `'epoch'`. */
  updateFreq: anyOf(oneOf(['epoch', 'batch']), positiveInteger()).default('epoch'),
};

/** Options of `tensorBoard`. */
export type TensorBoardOptions = Given<typeof OPTIONS>;

/** A file of events. */
class EventFile {
  private isBegun = false;

  constructor(private readonly folder: string) {}

  private readonly name = `events.out.tfevents.${Math.floor(Date.now() / 1000)}.${hostname()}.${process.pid}.v2`;

  async write(step: number, values: readonly SummaryValue[]): Promise<void> {
    if (values.length === 0) return;
    const path = join(this.folder, this.name);
    try {
      if (!this.isBegun) {
        await makeFolder(this.folder);
        await appendFile(path, versionEvent(Date.now() / 1000));
        this.isBegun = true;
      }
      await appendFile(path, summaryEvent(Date.now() / 1000, step, values));
    } catch (error) {
      throw fileError(path, error);
    }
  }
}

/** Writes each epoch. */
class TensorBoard extends Callback<Model> {
  protected train!: EventFile;
  private validation!: EventFile;

  constructor(protected readonly options: Options<typeof OPTIONS>) {
    super();
  }

  override async onTrainBegin(): Promise<void> {
    const { logDir, writeGraph } = this.options;
    this.train = new EventFile(join(logDir, 'train'));
    this.validation = new EventFile(join(logDir, 'validation'));
    if (writeGraph) await this.train.write(0, graphOf(this.model));
  }

  override async onEpochEnd(epoch: number, logs: Logs): Promise<void> {
    const { histogramFreq, writeImages } = this.options;
    const entries = Object.entries(logs);
    const own = entries.filter(([name]) => !name.startsWith('val_'));
    const held = entries
      .filter(([name]) => name.startsWith('val_'))
      .map(([name, value]) => [name.slice(4), value] as const);
    const rate = scalarValue('epoch_learning_rate', this.model.optimizer.learningRate);
    await this.train.write(epoch, [...scalars('epoch_', Object.fromEntries(own)), rate]);
    await this.validation.write(epoch, scalars('epoch_', Object.fromEntries(held)));
    if (histogramFreq > 0 && epoch % histogramFreq === 0) await this.writeWeights(epoch, writeImages);
  }

  private async writeWeights(epoch: number, writeImages: boolean): Promise<void> {
    for (const weight of this.model.weights) {
      const values = await weight.read().data();
      await this.train.write(epoch, [histogramValue(`${weight.path}/histogram`, values)]);
      if (writeImages) await this.train.write(epoch, await weightPictures(weight.path, values, weight.shape));
    }
  }
}

/** Writes batches too; reading their values makes every step wait for them. */
class BatchTensorBoard extends TensorBoard {
  private batches = 0;

  override async onTrainBegin(): Promise<void> {
    this.batches = 0;
    await super.onTrainBegin();
  }

  override async onBatchEnd(_batch: number, logs: Logs): Promise<void> {
    const { updateFreq } = this.options;
    const step = this.batches++;
    if (step % (updateFreq === 'batch' ? 1 : Number(updateFreq)) === 0) {
      await this.train.write(step, scalars('batch_', logs));
    }
  }
}

const scalars = (prefix: string, logs: Logs): SummaryValue[] =>
  Object.entries(logs).map(([name, value]) => scalarValue(`${prefix}${name}`, value));

/** A model without a graph has no Keras JSON, so it is left out. */
function graphOf(model: Model): SummaryValue[] {
  try {
    return [modelValue(JSON.stringify(writeConfig(model, WRITTEN_VERSIONS['3.1.1'], true)))];
  } catch {
    return [];
  }
}

/** Maximum number of images in a summary. */
const PICTURES = 3;

/** Encode a matrix as one image, and the first filters of a convolution as separate images. */
async function weightPictures(
  path: string,
  values: ArrayLike<number>,
  shape: readonly number[],
): Promise<SummaryValue[]> {
  if (shape.length !== 2 && shape.length !== 4) return [];
  // An ES module, which CommonJS cannot require.
  const { encode } = await import('fast-png');
  const [height, width] = shape;
  const size = height * width;
  const count = shape.length === 2 ? 1 : Math.min(PICTURES, shape[2] * shape[3]);
  const step = values.length / size;
  return Array.from({ length: count }, (_, picture) => {
    const pixels = Float64Array.from({ length: size }, (_, at) => values[at * step + picture]);
    const [least, most] = [Math.min(...pixels), Math.max(...pixels)];
    const scale = most > least ? 255 / (most - least) : 0;
    const data = Uint8Array.from(pixels, (value) => Math.round((value - least) * scale));
    const png = encode({ width, height, data, channels: 1 });
    return imageValue(`${path}/image/${picture}`, { png, width, height, channels: 1 });
  });
}

/**
 * Write logs for TensorBoard, like the callback of Keras: losses, metrics and the learning rate of each epoch under
 * `train` and `validation`, weights as histograms and images, the graph of the model.
 * @throws ValueError when an option is unknown or wrong; FileError during training when writing fails
 * @see keras.callbacks.TensorBoard
 * @example await model.fit(x, y, { callbacks: [tensorBoard({ logDir: 'logs/first', histogramFreq: 1 })] })
 */
export function tensorBoard(options: TensorBoardOptions = {}): Callback<Model> {
  const settings = readOptions('tensorBoard', OPTIONS, options);
  return settings.updateFreq === 'epoch' ? new TensorBoard(settings) : new BatchTensorBoard(settings);
}

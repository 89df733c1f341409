import type { NdArray } from 'ndarray';
import { isStreamedSamples, type StreamedSamples } from '../../data/streamed-samples.js';
import type { ImageSet } from '../../images/image-set.js';
import { takeRows } from '../../images/select.js';
import type { Model } from '../../models/model.js';
import { arrayView } from '../../tensor/array-view.js';
import { dispose } from '../../tensor/scope.js';
import type { Samples } from '../../training/samples/samples.js';
import { mainOutput } from '../model-images.js';
import type { RunSettings } from './run-settings.js';

/** Images with their labels, in memory or decoded on demand. */
export interface RunImages {
  /** [count, height, width, channels]. */
  readonly shape: readonly number[];
  /** [count], class numbers. */
  readonly labels: NdArray<Int32Array>;
  /** The images in the form that `fit` takes. */
  readonly samples: Samples;
  /** Read some images with their labels, skipping those that cannot be read. */
  pick(rows: readonly number[]): Promise<PickedImages>;
}

/** Some images of a run, with their indices. */
export interface PickedImages extends ImageSet {
  readonly rows: readonly number[];
}

/** The training and validation images of a run. */
export interface RunData {
  readonly train: RunImages;
  readonly test: RunImages;
  readonly classNames: readonly string[];
  /** Images skipped so far, with the reasons. */
  readonly skipped: readonly { readonly reason: string }[];
  close(): Promise<void>;
}

/** Images in memory. @param samples the same images in the form that `fit` takes */
export const inMemory = (set: ImageSet, samples: Samples): RunImages => ({
  shape: set.images.shape,
  labels: set.labels,
  samples,
  pick: async (rows) => ({ ...takeRows(set, rows), rows }),
});

/** Images that are read on demand. */
export const streamed = (images: StreamedSamples, labels: NdArray<Int32Array>): RunImages => ({
  shape: images.shape,
  labels,
  samples: images,
  async pick(rows) {
    const { values, missing = [] } = await images.read(Int32Array.from(rows));
    const all = arrayView(values as Uint8Array, [rows.length, ...images.shape.slice(1)]);
    const classes = arrayView(
      Int32Array.from(rows, (row) => labels.get(row)),
      [rows.length],
    );
    const kept = [...rows.keys()].filter((position) => !missing.includes(position));
    return { ...takeRows({ images: all, labels: classes }, kept), rows: kept.map((position) => rows[position]) };
  },
});

/** The main output's scores with the labels of the images that they belong to. */
export interface Scores {
  /** [count, classes]. */
  readonly scores: Float32Array;
  readonly labels: Int32Array;
  /** Their indices in the data set; images that could not be read are missing. */
  readonly rows: readonly number[];
}

/**
 * Predict images and return the scores for the classes of the data set. A model may have more outputs than there are
 * classes, such as ImageNet's thousand outputs trained on five kinds of flowers: the additional ones are dropped.
 */
export async function scoresOf(model: Model, images: RunImages, batchSize: number, classes: number): Promise<Scores> {
  const count = images.shape[0];
  if (!isStreamedSamples(images.samples)) {
    const scores = await classScores(model, images.samples, batchSize, classes);
    return { scores, labels: Int32Array.from(images.labels.data), rows: [...Array(count).keys()] };
  }
  const scores = new Float32Array(count * classes);
  const labels: number[] = [];
  const read: number[] = [];
  for (let start = 0; start < count; start += batchSize) {
    const rows = Array.from({ length: Math.min(batchSize, count - start) }, (_, index) => start + index);
    const batch = await images.pick(rows);
    const { data, shape } = batch.images;
    if (batch.rows.length === 0) continue;
    const own = await classScores(model, { values: data, shape, scale: 1 / 255 }, batchSize, classes);
    scores.set(own, read.length * classes);
    labels.push(...batch.labels.data);
    read.push(...batch.rows);
  }
  return { scores: scores.subarray(0, read.length * classes), labels: Int32Array.from(labels), rows: read };
}

async function classScores(model: Model, samples: Samples, batchSize: number, classes: number): Promise<Float32Array> {
  const outputs = model.predict(samples, { batchSize });
  const main = mainOutput(outputs);
  const [count, width] = main.shape;
  const values = await main.data();
  dispose(outputs);
  const scores = new Float32Array(count * classes);
  for (let row = 0; row < count; row++) {
    for (let i = 0; i < classes; i++) scores[row * classes + i] = values[row * width + i];
  }
  return scores;
}

/** Number of steps in an epoch. */
export const stepsOf = ({ train }: RunData, { batch }: RunSettings): number => Math.ceil(train.shape[0] / batch);

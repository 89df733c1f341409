import type { NdArray } from 'ndarray';
import { ShapeError, ValueError } from '../base/errors.js';
import { arrayView } from '../tensor/array-view.js';
import { contiguous } from './image-set.js';

/** ImageNet's channel means in the order blue, green, red, as Caffe's models subtract them. */
const CAFFE_MEANS = [103.939, 116.779, 123.68];

/**
 * Pixels from 0–255 to 0–1.
 * @param images [count, height, width, channels]
 * @returns float32 of the same shape
 * @example const x = unitScale(test.images)
 */
export function unitScale(images: NdArray<Uint8Array>): NdArray<Float32Array> {
  return normalize(images, [0], [255]);
}

/**
 * Prepares pixels as a model was trained on them. Means and deviations are on the scale of 0–255, one for each channel.
 * @param images [count, height, width, channels], 0–255
 * @param how `none` leaves 0–255; `unit` gives 0–1; `tf` gives −1–1; `caffe` gives BGR less ImageNet's means;
 * `mean:r,g,b/std:r,g,b` gives (x − mean) / std, `/std` optional
 * @returns float32 of the same shape
 * @throws ValueError when `how` is none of these; ShapeError when its numbers do not fit the channels
 * @see keras.applications, `preprocess_input`, for `tf` and `caffe`
 * @example const x = preprocessImages(test.images, 'mean:125.3,123.0,113.9/std:63.0,62.1,66.7')
 */
export function preprocessImages(images: NdArray<Uint8Array>, how: string): NdArray<Float32Array> {
  if (how === 'none') return normalize(images, [0], [1]);
  if (how === 'unit') return unitScale(images);
  if (how === 'tf') return normalize(images, [127.5], [127.5]);
  if (how === 'caffe') return normalize(reverseChannels(images), CAFFE_MEANS, [1]);
  const numbers = /^mean:([^/]+?)(?:\/std:(.+))?$/.exec(how);
  const [mean, deviation] = [numbers?.[1], numbers?.[2] ?? '1'].map(
    // An empty number would count as 0.
    (list) => list?.split(',').map((text) => (text.trim() === '' ? Number.NaN : Number(text))) ?? [Number.NaN],
  );
  if (![...mean, ...deviation].every(Number.isFinite) || deviation.includes(0)) {
    const forms = 'none, unit, tf, caffe or mean:r,g,b/std:r,g,b';
    throw new ValueError(`preprocessImages: how is '${how}', expected ${forms}`);
  }
  return normalize(images, mean, deviation);
}

/** (x − mean) / deviation; a single mean or deviation serves every channel. */
function normalize(images: NdArray<Uint8Array>, mean: number[], deviation: number[]): NdArray<Float32Array> {
  const channels = images.shape.at(-1) ?? 1;
  for (const [name, values] of Object.entries({ mean, std: deviation })) {
    if (values.length !== 1 && values.length !== channels) {
      throw new ShapeError(`preprocessImages: ${name} has ${values.length} numbers, images ${channels} channels`);
    }
  }
  const { data } = contiguous(images);
  const output = new Float32Array(data.length);
  for (let channel = 0; channel < channels; channel++) {
    const channelMean = mean[channel % mean.length];
    const channelDeviation = deviation[channel % deviation.length];
    for (let i = channel; i < data.length; i += channels) output[i] = (data[i] - channelMean) / channelDeviation;
  }
  return arrayView(output, images.shape);
}

function reverseChannels(images: NdArray<Uint8Array>): NdArray<Uint8Array> {
  return contiguous(images.step(1, 1, 1, -1));
}

/**
 * One-hot rows from class numbers.
 * @param labels [count]
 * @param classes the number of columns; one more than the largest label when left out
 * @returns [count, classes] of zeros with a one at the label
 * @throws ValueError when a label is not a whole number from 0 to `classes` less one, or `classes` is no count
 * @example const y = toCategorical(train.labels, 10)
 */
export function toCategorical(labels: NdArray<Int32Array>, classes?: number): NdArray<Float32Array> {
  const [count] = labels.shape;
  let largest = -1;
  for (let i = 0; i < count; i++) largest = Math.max(largest, labels.get(i));
  const columns = classes ?? largest + 1;
  if (!(Number.isInteger(columns) && columns >= 0)) {
    throw new ValueError(`toCategorical: classes is ${columns}, expected an integer ≥ 0`);
  }
  const rows = new Float32Array(count * columns);
  for (let i = 0; i < count; i++) {
    const label = labels.get(i);
    if (!(Number.isInteger(label) && label >= 0 && label < columns)) {
      throw new ValueError(`toCategorical: label ${i} is ${label}, expected 0 to ${columns - 1}`);
    }
    rows[i * columns + label] = 1;
  }
  return arrayView(rows, [count, columns]);
}

import type { NdArray } from 'ndarray';
import { FormatError } from '../base/errors.js';
import { oneOf } from '../base/option.js';
import { arrayView } from '../tensor/array-view.js';
import { flattenNdArray } from '../tensor/host-array.js';

/** The part of a data set for training, or for test. */
export type Split = 'train' | 'test';

export const SPLIT = oneOf(['train', 'test']);

/** Images with their labels. */
export interface ImageSet {
  /** [count, height, width, channels], 0–255 */
  images: NdArray<Uint8Array>;
  /** [count], from 0 to the number of classes less one */
  labels: NdArray<Int32Array>;
}

/** A data set with both parts. */
export interface TrainTestImages {
  train: ImageSet;
  test: ImageSet;
  /** One name per class, indexed by label. */
  classNames: readonly string[];
}

/** Wrap bytes as images of one size. */
export function imageArray(bytes: Uint8Array, height: number, width: number, channels: number): NdArray<Uint8Array> {
  return arrayView(bytes, [bytes.length / (height * width * channels), height, width, channels]);
}

/**
 * Return labels as int32, after a check of each.
 * @throws FormatError naming the file, the label's position and its value, when it is not a class
 */
export function labelArray(
  labels: ArrayLike<number | bigint>,
  classes: number,
  path: string,
  place = (index: number) => `label ${index}`,
): NdArray<Int32Array> {
  const data = new Int32Array(labels.length);
  for (let i = 0; i < data.length; i++) {
    const label = Number(labels[i]);
    if (!(label >= 0 && label < classes)) {
      throw new FormatError(`${path}: ${place(i)} is ${label}, expected 0 to ${classes - 1}`);
    }
    data[i] = label;
  }
  return arrayView(data, [data.length]);
}

/** Return the view itself if its elements are contiguous and in order, else such a copy. */
export function contiguous(view: NdArray<Uint8Array>): NdArray<Uint8Array> {
  const data = flattenNdArray(view) as Uint8Array;
  return data.buffer === view.data.buffer && data.length === view.data.length ? view : arrayView(data, view.shape);
}

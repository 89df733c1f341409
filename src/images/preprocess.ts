import type { NdArray } from 'ndarray';
import { ShapeError } from '../base/errors.js';
import { anyOf, type Given, listOf, number, oneOf, option, readOptions } from '../base/options.js';
import { arrayView } from '../tensor/array-view.js';
import { IMAGES } from './arguments.js';
import { contiguous } from './image-set.js';

/** One number for all channels, or one per channel. */
const perChannel = (each: typeof finite) =>
  option<readonly number[], number | readonly number[]>({
    expected: `${each.rules.expected}, or a list of them`,
    read: (value, place) =>
      listOf(each).rules.read(Array.isArray(value) ? value : [value], place) as readonly number[] | undefined,
  });
const finite = number();

const SCALING = {
  /** Subtracted from each pixel, on the scale of 0–255; default 0. */
  mean: perChannel(finite).default([0]),
  /** Divisor after the subtraction; default 1. */
  std: perChannel(number({ above: 0 })).default([1]),
};

/** (x − mean) / std, on the scale of 0–255: one number for all channels, or one for each. */
export type ChannelScaling = Given<typeof SCALING>;

/** ImageNet's channel means in the order blue, green, red, as Caffe's models subtract them. */
const CAFFE_MEANS = [103.939, 116.779, 123.68];

/** ImageNet's channel means and deviations in the order red, green, blue: 255 times PyTorch's. */
const TORCH_SCALING = { mean: [123.675, 116.28, 103.53], std: [58.395, 57.12, 57.375] };

const NAMED = {
  none: {},
  unit: { std: 255 },
  tf: { mean: 127.5, std: 127.5 },
  caffe: { mean: CAFFE_MEANS },
  torch: TORCH_SCALING,
} as const satisfies Record<string, ChannelScaling>;

/** Names of the preprocessings of well-known models. */
export const PREPROCESSINGS = Object.keys(NAMED) as (keyof typeof NAMED)[];

/** A preprocessing: a name, or means and deviations. */
export type Preprocessing = keyof typeof NAMED | ChannelScaling;

const WAY = {
  how: anyOf(oneOf(PREPROCESSINGS), option<ChannelScaling>({ expected: 'an object of mean and std', read: asScaling })),
};

function asScaling(value: unknown): ChannelScaling | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as ChannelScaling) : undefined;
}

/**
 * Scale pixels from 0–255 to 0–1.
 * @param images [count, height, width, channels]
 * @returns float32 of the same shape
 * @example const x = unitScale(test.images)
 */
export function unitScale(images: NdArray<Uint8Array>): NdArray<Float32Array> {
  return preprocessed('unitScale', images, 'unit');
}

/**
 * Preprocess pixels as in the training of a model.
 * @param images [count, height, width, channels], 0–255
 * @param how `'none'` leaves 0–255; `'unit'` gives 0–1; `'tf'` gives −1–1; `'caffe'` gives BGR minus ImageNet's means;
 *   `'torch'` gives 0–1, minus ImageNet's means, over its deviations; `{ mean, std }` gives (x − mean) / std, each one
 *   number or one per channel, on the scale of 0–255
 * @returns float32 of the same shape
 * @throws ValueError when `how` is not one of these @throws ShapeError when its numbers do not match the channels
 * @see keras.applications, `preprocess_input`, for `tf`, `caffe` and `torch`
 * @example const x = preprocessImages(test.images, { mean: [125.3, 123.0, 113.9], std: [63.0, 62.1, 66.7] })
 */
export function preprocessImages(images: NdArray<Uint8Array>, how: Preprocessing): NdArray<Float32Array> {
  return preprocessed('preprocessImages', images, how);
}

function preprocessed(caller: string, images: NdArray<Uint8Array>, how: Preprocessing): NdArray<Float32Array> {
  IMAGES.check(caller, 'images', images);
  const way = WAY.how.check(caller, 'how', how);
  const scaling = readOptions(caller, SCALING, typeof way === 'string' ? NAMED[way] : way);
  // Caffe's models expect blue first.
  const pixels = contiguous(way === 'caffe' ? images.step(1, 1, 1, -1) : images).data;
  const channels = images.shape.at(-1) ?? 1;
  for (const [name, values] of Object.entries(scaling)) {
    if (values.length !== 1 && values.length !== channels) {
      throw new ShapeError(`${caller}: ${name} has ${values.length} numbers, images ${channels} channels`);
    }
  }
  const output = new Float32Array(pixels.length);
  for (let channel = 0; channel < channels; channel++) {
    const mean = scaling.mean[channel % scaling.mean.length];
    const std = scaling.std[channel % scaling.std.length];
    for (let i = channel; i < pixels.length; i += channels) output[i] = (pixels[i] - mean) / std;
  }
  return arrayView(output, images.shape);
}

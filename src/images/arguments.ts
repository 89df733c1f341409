import type { NdArray } from 'ndarray';
import { accept } from '../base/option.js';
import { objectOf } from '../base/structures.js';
import { isNdArray } from '../tensor/host-array.js';
import type { ImageSet } from './image-set.js';
import type { RgbImage } from './rgb-image.js';

/* Checks of pictures and sets of them, as users pass them. */

const isBytes = (value: unknown): boolean => Object.prototype.toString.call(value) === '[object Uint8Array]';

export const BYTES = accept<Uint8Array>('the bytes of a file: a Uint8Array', isBytes);

export const LABELS = accept<NdArray<Int32Array>>(
  'an ndarray [count]',
  (value) => isNdArray(value) && value.shape.length === 1,
);
export const IMAGES = accept<NdArray<Uint8Array>>('an ndarray [count, height, width, channels]', isNdArray);
export const IMAGE_SET: { check(caller: string, name: string, given: unknown): ImageSet } = objectOf({
  images: IMAGES,
  labels: LABELS,
});

export const PICTURE = accept<RgbImage>('a picture: { data, width, height } with three bytes a pixel', (value) => {
  const { data, width, height } = (value ?? {}) as Partial<RgbImage>;
  return isBytes(data) && Number.isInteger(width) && Number.isInteger(height) && data?.length === 3 * width! * height!;
});

import { add } from '../../ops/arithmetic.js';
import { conv2dWithEpilogue } from '../../ops/conv2d.js';
import { conv2dTranspose } from '../../ops/conv2d-transpose.js';
import { pad } from '../../ops/pad.js';
import { reshape } from '../../ops/reshape.js';
import { slice, stridedSlice } from '../../ops/slice.js';
import type { Tensor } from '../../tensor/tensor.js';

/*
 * Volumes [batch, depth, height, width, channels] through the ops of images: along the depth a window is a sum over its
 * slices, each of which is a convolution of images.
 */

/** One number for each axis: depth, height, width. */
export type Triple = readonly [number, number, number];

interface Windows {
  readonly strides: Triple;
  readonly dilations: Triple;
}

/** Zeros around the depth as `'same'` takes them. */
function framed(x: Tensor, window: number, stride: number, dilation: number, padding: 'valid' | 'same'): Tensor {
  if (padding === 'valid') return x;
  const size = x.shape[1];
  const total = Math.max((Math.ceil(size / stride) - 1) * stride + (window - 1) * dilation + 1 - size, 0);
  const before = Math.floor(total / 2);
  return total === 0
    ? x
    : pad(x, [
        [0, 0],
        [before, total - before],
        [0, 0],
        [0, 0],
        [0, 0],
      ]);
}

/** 3-D convolution. @param kernel [depth, height, width, channels / groups, filters] */
export function conv3d(x: Tensor, kernel: Tensor, padding: 'valid' | 'same', groups: number, w: Windows): Tensor {
  const [depth, ...cells] = kernel.shape;
  const [stride, ...strides] = w.strides;
  const [dilation, ...dilations] = w.dilations;
  const volume = framed(x, depth, stride, dilation, padding);
  const out = Math.floor((volume.shape[1] - (depth - 1) * dilation - 1) / stride) + 1;
  const parts = Array.from({ length: depth }, (_, cell) => {
    const first = cell * dilation;
    const frames = everyFrame(volume, first, out, stride);
    const plane = reshape(slice(kernel, [cell], [1]), cells);
    return conv2dWithEpilogue(frames, plane, undefined, {
      strides: strides as [number, number],
      padding,
      dilations: dilations as [number, number],
      groups,
      activation: null,
      alpha: 0,
    });
  });
  const sum = parts.reduce((a, b) => add(a, b));
  return reshape(sum, [x.shape[0], out, ...sum.shape.slice(1)]);
}

/** Frames first, first + stride, … as one batch of images. */
function everyFrame(x: Tensor, first: number, count: number, stride: number): Tensor {
  const [batch, , ...rest] = x.shape;
  const end = first + (count - 1) * stride + 1;
  const frames = stridedSlice(x, [0, first], [batch, end], [1, stride]);
  return reshape(frames, [batch * count, ...rest]);
}

/** The sides of a transposed convolution along height and width, and its lengths along all axes. */
export interface Stretch {
  readonly lengths: Triple;
  readonly before: Triple;
  readonly after: Triple;
}

/** The adjoint of a 3-D convolution. @param kernel [depth, height, width, filters, channels] */
export function conv3dTranspose(x: Tensor, kernel: Tensor, stretch: Stretch, w: Windows): Tensor {
  const [batch, frames, height, width, channels] = x.shape;
  const [depth, rows, columns, filters] = kernel.shape;
  const { lengths, before, after } = stretch;
  const [stride, ...strides] = w.strides;
  const images = reshape(x, [batch * frames, height, width, channels]);
  const sides = [
    [before[1], after[1]],
    [before[2], after[2]],
  ] as const;
  const shape = [batch * frames, lengths[1], lengths[2], filters];
  // Frame f of the input adds slice k of the kernel to frame f · stride + k · dilation.
  const reach = (depth - 1) * w.dilations[0] + 1;
  const whole = Math.max((frames - 1) * stride + reach, before[0] + lengths[0]);
  const parts = Array.from({ length: depth }, (_, cell) => {
    const plane = reshape(slice(kernel, [cell], [1]), [rows, columns, filters, channels]);
    const made = conv2dTranspose(
      images,
      plane,
      shape,
      strides as [number, number],
      sides,
      w.dilations.slice(1) as [number, number],
    );
    const spread = spreadFrames(reshape(made, [batch, frames, ...made.shape.slice(1)]), stride);
    const first = cell * w.dilations[0];
    return pad(spread, [
      [0, 0],
      [first, whole - first - spread.shape[1]],
      [0, 0],
      [0, 0],
      [0, 0],
    ]);
  });
  return slice(
    parts.reduce((a, b) => add(a, b)),
    [0, before[0]],
    [batch, lengths[0]],
  );
}

/** Frames `stride` apart, zeros between them. */
function spreadFrames(x: Tensor, stride: number): Tensor {
  if (stride === 1) return x;
  const [batch, frames, ...rest] = x.shape;
  const open = pad(reshape(x, [batch, frames, 1, ...rest]), [
    [0, 0],
    [0, 0],
    [0, stride - 1],
    [0, 0],
    [0, 0],
    [0, 0],
  ]);
  return slice(reshape(open, [batch, frames * stride, ...rest]), [0], [batch, (frames - 1) * stride + 1]);
}

type Pool = (x: Tensor, window: [number, number], strides: [number, number], padding: 'valid' | 'same') => Tensor;

/** Windows of a maximum, or of a mean, axis by axis: first over images, then along the depth. */
export function pool3d(x: Tensor, pool: Pool, window: Triple, strides: Triple, padding: 'valid' | 'same'): Tensor {
  const [batch, depth, height, width, channels] = x.shape;
  const frames = pool(
    reshape(x, [batch * depth, height, width, channels]),
    [window[1], window[2]],
    [strides[1], strides[2]],
    padding,
  );
  const [, rows, columns] = frames.shape;
  const lines = pool(
    reshape(frames, [batch, depth, rows * columns, channels]),
    [window[0], 1],
    [strides[0], 1],
    padding,
  );
  return reshape(lines, [batch, lines.shape[1], rows, columns, channels]);
}

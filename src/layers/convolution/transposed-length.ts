import { ValueError } from '../../base/errors.js';

/** One axis of a transposed convolution. */
interface Window {
  readonly size: number;
  readonly stride: number;
  readonly dilation: number;
  readonly padding: 'valid' | 'same';
  /** null: the amount that makes the result `stride` times as long, or longer by the overhang of the window */
  readonly outputPadding: number | null;
}

/**
 * The length of a transposed convolution's result along one axis, and the padding of the convolution that it is the
 * adjoint of. Keras 3's rule, of `keras/src/backend/common/backend_utils.py`.
 */
export function transposedLength(
  length: number,
  { size, stride, dilation, padding, outputPadding }: Window,
): { readonly length: number; readonly before: number; readonly after: number } {
  const reach = (size - 1) * dilation + 1;
  const [left, right] = framesOf(reach, stride, padding, outputPadding);
  // Cropped from (or, below 0, added to) the extent of the windows without padding.
  const [before, after] = [reach - 1 - left, reach - 1 - right];
  return { length: (length - 1) * stride + reach - before - after, before, after: Math.max(after, 0) };
}

/** @throws ValueError when the output padding of an axis is not below its stride */
export function assertOutputPadding(
  caller: string,
  outputPadding: readonly number[] | null,
  strides: readonly number[],
): void {
  for (const [axis, stride] of strides.entries()) {
    const given = outputPadding?.[axis] ?? 0;
    if (given >= stride && given > 0) {
      throw new ValueError(`${caller}: outputPadding is ${given}, expected less than strides, ${stride}`);
    }
  }
}

/** Zeros before and after the stretched input, over which the window slides. */
function framesOf(
  reach: number,
  stride: number,
  padding: Window['padding'],
  outputPadding: number | null,
): [number, number] {
  if (padding === 'valid') return [reach - 1, reach - 1 + (outputPadding ?? Math.max(reach, stride) - reach)];
  const total = outputPadding === null ? stride + reach - 2 : reach + (reach % 2) - 2 + outputPadding;
  const left = Math.min(Math.ceil(total / 2), reach - 1);
  return [left, total - left];
}

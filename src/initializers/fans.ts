import { type Shape, sizeOf } from '../base/shape.js';

/**
 * Return the number of values that one output sums, and the number of outputs that one value reaches. A convolution's
 * filter is [height, width, inChannels, outChannels]: its receptive field multiplies both. Depthwise filters count the
 * same way, as in Keras.
 */
export function fansOf(shape: Shape): { fanIn: number; fanOut: number } {
  if (shape.length < 2) return { fanIn: shape[0] ?? 1, fanOut: shape[0] ?? 1 };
  const receptiveField = sizeOf(shape.slice(0, -2));
  const [inChannels, outChannels] = shape.slice(-2);
  return { fanIn: inChannels * receptiveField, fanOut: outChannels * receptiveField };
}

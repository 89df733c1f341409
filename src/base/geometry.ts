import { ShapeError, ValueError } from './errors.js';
import { formatShape, type Shape } from './shape.js';
import { type Padding, type Pair, pair, type WindowGeometry, type WindowOptions, windowGeometry } from './windows.js';

export {
  type DimRoundingMode,
  type Padding,
  type Pair,
  pair,
  type WindowGeometry,
  type WindowOptions,
} from './windows.js';

/** Pooling works on each channel alone. */
export interface PoolGeometry extends WindowGeometry {
  readonly channels: number;
}

/** `inChannels` and `outChannels` count all groups; a filter is [height, width, inChannels / groups, outChannels]. */
export interface ConvGeometry extends WindowGeometry {
  readonly inChannels: number;
  readonly outChannels: number;
  readonly groups: number;
}

/** Output channel `c · multiplier + m` reads input channel `c`; a filter is [height, width, channels, multiplier]. */
export interface DepthwiseGeometry extends PoolGeometry {
  readonly multiplier: number;
}

export function poolGeometry(op: string, x: Shape, filterSize: Pair, options: WindowOptions): PoolGeometry {
  return Object.assign(windowGeometry(op, x, pair(op, 'filterSize', filterSize), options), { channels: x[3] });
}

export interface ConvOptions extends WindowOptions {
  readonly groups?: number;
}

function assertFilter(op: string, filter: Shape, expected: string): void {
  if (filter.length !== 4) throw new ShapeError(`${op}: filter is ${formatShape(filter)}, expected ${expected}`);
  if (filter.some((dimension) => dimension < 1)) {
    throw new ShapeError(`${op}: filter is ${formatShape(filter)}, expected no empty dimension`);
  }
}

export function convGeometry(op: string, x: Shape, filter: Shape, options: ConvOptions): ConvGeometry {
  const groups = options.groups ?? 1;
  assertFilter(op, filter, '[height, width, inChannels / groups, outChannels]');
  const geometry = windowGeometry(op, x, [filter[0], filter[1]], options);
  if (!Number.isInteger(groups) || groups < 1)
    throw new ValueError(`${op}: groups is ${groups}, expected an integer ≥ 1`);
  if (x[3] !== filter[2] * groups) {
    throw new ShapeError(
      `${op}: x ${formatShape(x)} has ${x[3]} channels, filter ${formatShape(filter)} with ${groups} group(s) takes ` +
        `${filter[2] * groups}`,
    );
  }
  if (filter[3] % groups !== 0) {
    throw new ShapeError(
      `${op}: filter ${formatShape(filter)} has ${filter[3]} outChannels, not a multiple of groups ${groups}`,
    );
  }
  return Object.assign(geometry, { inChannels: x[3], outChannels: filter[3], groups });
}

export function depthwiseGeometry(op: string, x: Shape, filter: Shape, options: WindowOptions): DepthwiseGeometry {
  assertFilter(op, filter, '[height, width, channels, multiplier]');
  const geometry = windowGeometry(op, x, [filter[0], filter[1]], options);
  if (x[3] !== filter[2]) {
    throw new ShapeError(
      `${op}: x ${formatShape(x)} has ${x[3]} channels, filter ${formatShape(filter)} takes ${filter[2]}`,
    );
  }
  return Object.assign(geometry, { channels: x[3], multiplier: filter[3] });
}

/** Shape of a convolution's output. */
export const convolvedShape = (g: ConvGeometry): Shape => [g.batch, g.outHeight, g.outWidth, g.outChannels];

/** Sizes of the transposed convolution's output, as Keras gives them. */
export function transposedSize(
  op: string,
  input: readonly [number, number],
  filter: Pair,
  strides: Pair,
  padding: Padding,
): [number, number] {
  const [filterHeight, filterWidth] = pair(op, 'kernelSize', filter);
  const [strideHeight, strideWidth] = pair(op, 'strides', strides);
  const grow = (size: number, window: number, stride: number): number =>
    padding === 'same' ? size * stride : size * stride + Math.max(window - stride, 0);
  return [grow(input[0], filterHeight, strideHeight), grow(input[1], filterWidth, strideWidth)];
}

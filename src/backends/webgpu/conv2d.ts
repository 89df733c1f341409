import type { ConvGeometry } from '../../base/geometry.js';
import type { Epilogue, Kernels, Operand } from '../kernels.js';
import { runDirect } from './products/direct.js';
import { isDirect } from './products/direct-plan.js';
import {
  type Loader,
  matrixLoader,
  outputLoader,
  turnedFilterLoader,
  type WindowUniforms,
  windowLoader,
} from './products/loaders.js';
import type { Product } from './products/product.js';
import { runTiled } from './products/tiled.js';
import type { WebGpuBuffer } from './runtime/batch.js';
import type { Device } from './runtime/device.js';

/*
 * A convolution is a product of matrices of which one is never stored: its loader finds the elements in the images.
 *
 *   y  [pixels of y, o]  = windows of x [pixels of y, cells · c] · filter [cells · c, o]
 *   dx [pixels of x, c]  = outputs over x [pixels of x, cells · o] · filter turned [cells · o, c]
 *   dF [cells · c, o]    = windows of x turned [cells · c, pixels of y] · dy [pixels of y, o]
 *
 * Channels c and o are those of one group; groups are entries of a batch, side by side in rows.
 */

/** Whether a window is one pixel, and windows are all pixels: then x is the matrix of its windows. */
const isPointwise = (g: ConvGeometry): boolean =>
  g.filterHeight * g.filterWidth === 1 &&
  g.strideHeight * g.strideWidth === 1 &&
  g.inHeight === g.outHeight &&
  g.inWidth === g.outWidth &&
  g.padTop + g.padLeft === 0;

interface Sizes {
  readonly groupIn: number;
  readonly groupOut: number;
  /** Cells of a filter. */
  readonly cells: number;
  readonly pixelsIn: number;
  readonly pixelsOut: number;
  readonly uniforms: WindowUniforms;
}

function sizesOf(g: ConvGeometry): Sizes {
  const groupIn = g.inChannels / g.groups;
  const groupOut = g.outChannels / g.groups;
  return {
    groupIn,
    groupOut,
    cells: g.filterHeight * g.filterWidth,
    pixelsIn: g.batch * g.inHeight * g.inWidth,
    pixelsOut: g.batch * g.outHeight * g.outWidth,
    uniforms: {
      inHeight: ['u32', g.inHeight],
      inWidth: ['u32', g.inWidth],
      inChannels: ['u32', g.inChannels],
      outHeight: ['u32', g.outHeight],
      outWidth: ['u32', g.outWidth],
      outChannels: ['u32', g.outChannels],
      groupIn: ['u32', groupIn],
      groupOut: ['u32', groupOut],
      filterWidth: ['u32', g.filterWidth],
      strideHeight: ['u32', g.strideHeight],
      strideWidth: ['u32', g.strideWidth],
      perStrideHeight: ['f32', 1 / g.strideHeight],
      perStrideWidth: ['f32', 1 / g.strideWidth],
      dilationHeight: ['u32', g.dilationHeight],
      dilationWidth: ['u32', g.dilationWidth],
      padTop: ['i32', g.padTop],
      padLeft: ['i32', g.padLeft],
    },
  };
}

/** Sizes of a product, and its loaders by whether they may read four channels at once. */
interface Plan {
  readonly m: number;
  readonly n: number;
  readonly k: number;
  /** Channels of the result in a row. */
  readonly row: number;
  readonly a: (isWide: boolean) => Loader;
  readonly b: (isWide: boolean) => Loader;
}

/** The outputs' gradient or the filter: rows of the outputs' channels. */
const outputRows = (g: ConvGeometry, groupOut: number) => (isWide: boolean) =>
  matrixLoader('B', { line: 1, k: g.outChannels, entry: groupOut }, isWide && groupOut % 4 === 0 ? 'line' : null);

function forwardPlan(g: ConvGeometry, { groupIn, groupOut, cells, pixelsOut, uniforms }: Sizes): Plan {
  const isEven = groupIn % 4 === 0;
  return {
    m: pixelsOut,
    n: groupOut,
    k: cells * groupIn,
    row: g.outChannels,
    a: (isWide) =>
      isPointwise(g)
        ? matrixLoader('A', { line: g.inChannels, k: 1, entry: groupIn }, isWide && isEven ? 'k' : null)
        : windowLoader('lines', isWide && isEven, uniforms),
    b: outputRows(g, groupOut),
  };
}

function inputGradientPlan(g: ConvGeometry, { groupIn, groupOut, cells, pixelsIn, uniforms }: Sizes): Plan {
  const isEven = groupOut % 4 === 0;
  const isStrided = g.strideHeight * g.strideWidth > 1;
  return {
    m: pixelsIn,
    n: groupIn,
    k: cells * groupOut,
    row: g.inChannels,
    a: (isWide) =>
      isPointwise(g)
        ? matrixLoader('A', { line: g.outChannels, k: 1, entry: groupOut }, isWide && isEven ? 'k' : null)
        : outputLoader(isWide && isEven, isStrided, uniforms),
    b: (isWide) => turnedFilterLoader(isWide && isEven, uniforms),
  };
}

function filterGradientPlan(g: ConvGeometry, { groupIn, groupOut, cells, pixelsOut, uniforms }: Sizes): Plan {
  const isEven = groupIn % 4 === 0;
  return {
    m: cells * groupIn,
    n: groupOut,
    k: pixelsOut,
    row: g.outChannels,
    a: (isWide) =>
      isPointwise(g)
        ? matrixLoader('A', { line: 1, k: g.inChannels, entry: groupIn }, isWide && isEven ? 'line' : null)
        : windowLoader('cells', isWide && isEven, uniforms),
    b: outputRows(g, groupOut),
  };
}

type Names = 'conv2d' | 'conv2dInputGradient' | 'conv2dFilterGradient';

export function conv2d(device: Device): Pick<Kernels<WebGpuBuffer>, Names> {
  const run = (
    { m, n, k, row, a, b }: Plan,
    groups: number,
    valuesA: Operand<WebGpuBuffer>,
    valuesB: Operand<WebGpuBuffer>,
    out: Operand<WebGpuBuffer>,
    epilogue: Epilogue<WebGpuBuffer> | null,
  ): void => {
    const sizes = { m, n, k, entries: groups };
    const isTiled = !isDirect(sizes);
    const product: Product = {
      ...sizes,
      a: a(isTiled),
      b: b(isTiled),
      valuesA: valuesA.buffer,
      valuesB: valuesB.buffer,
      out: out.buffer,
      outSize: out.size,
      ...{ row, entry: n, epilogue },
    };
    if (isTiled) runTiled(device, product);
    else runDirect(device, product);
  };
  return {
    conv2d(x, filter, out, geometry, epilogue) {
      run(forwardPlan(geometry, sizesOf(geometry)), geometry.groups, x, filter, out, epilogue);
    },

    conv2dInputGradient(outputGradient, filter, out, geometry) {
      const plan = inputGradientPlan(geometry, sizesOf(geometry));
      run(plan, geometry.groups, outputGradient, filter, out, null);
    },

    conv2dFilterGradient(x, outputGradient, out, geometry) {
      run(filterGradientPlan(geometry, sizesOf(geometry)), geometry.groups, x, outputGradient, out, null);
    },
  };
}

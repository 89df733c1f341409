import type { ConvGeometry } from '../../base/geometry.js';
import type { Kernels } from '../kernels.js';
import { activate, clampOf, residualOf } from './matmul.js';
import { columnsProduct } from './products/columns-product.js';
import { packPanels } from './products/pack.js';
import { rowsProduct } from './products/rows-product.js';
import { joinSegments } from './products/segments.js';
import { cellOffsets, gradientPhases, inputFrame, pixelSteps, range, windowSteps } from './products/windows.js';
import { formKey, type Runtime } from './runtime.js';

export type Conv2dKernels = Required<
  Pick<Kernels<number>, 'fusedConv2d' | 'conv2dInputGradient' | 'conv2dFilterGradient'>
>;

/** Panels of a phase hold the cells that meet it, which strides, padding and dilations decide. */
const gradientKey = (
  { groups, strideHeight, strideWidth, padTop, padLeft, dilationHeight, dilationWidth }: ConvGeometry,
  phase: number,
): string =>
  ['gradient', groups, strideHeight, strideWidth, padTop, padLeft, dilationHeight, dilationWidth, phase].join();

/** Convolution as matrix products whose A is never written out: a row of it is found in the image by its segments. */
export function directConv2dKernels(runtime: Runtime, kernels: () => Kernels<number>): Conv2dKernels {
  return {
    fusedConv2d(x, filter, out, geometry, epilogue) {
      const { batch, inChannels, outHeight, outWidth, outChannels, groups } = geometry;
      const depth = inChannels / groups;
      const columns = outChannels / groups;
      const { scale } = epilogue;
      const [low, high] = clampOf(epilogue);
      runtime.scope(() => {
        const frame = inputFrame(runtime, x.buffer, inChannels, geometry);
        const right = packPanels(runtime, {
          source: filter.buffer,
          segments: [{ offset: 0, length: filter.size / outChannels }],
          kStride: outChannels * 4,
          columnStride: 4,
          columns,
          batch: groups,
          batchStride: columns * 4,
          forms: (scale ?? filter).forms,
          key: formKey(`panels of ${groups}`, filter, scale),
          scale: scale?.buffer ?? 0,
          scaleBatchStride: columns * 4,
        });
        rowsProduct(runtime, {
          batches: range(groups).map((group) => ({
            a: frame.address + group * depth * 4,
            b: right.address + group * right.batchStride,
            c: out.buffer + group * columns * 4,
            bias: epilogue.bias ? epilogue.bias.buffer + group * columns * 4 : 0,
          })),
          grid: { images: batch, height: outHeight, width: outWidth },
          a: windowSteps(geometry, frame),
          c: pixelSteps(outHeight, outWidth, outChannels),
          columns,
          segments: joinSegments(cellOffsets(geometry, frame).map((offset) => ({ offset, length: depth }))),
          right,
          residual: residualOf(epilogue, out),
          low,
          high,
        });
      });
      activate(kernels(), out, epilogue);
    },

    conv2dInputGradient(outputGradient, filter, out, geometry) {
      const { batch, inHeight, inWidth, inChannels, outChannels, groups, strideHeight, strideWidth } = geometry;
      const depth = outChannels / groups;
      const columns = inChannels / groups;
      runtime.scope(() => {
        const { frame, origin, phases } = gradientPhases(runtime, outputGradient.buffer, outChannels, geometry);
        for (const [phase, { row, column, height, width, cells }] of phases.entries()) {
          const right = packPanels(runtime, {
            source: filter.buffer,
            segments: cells.map(({ cell }) => ({ offset: cell * columns * outChannels * 4, length: depth })),
            kStride: 4,
            columnStride: outChannels * 4,
            columns,
            batch: groups,
            batchStride: depth * 4,
            forms: filter.forms,
            key: gradientKey(geometry, phase),
          });
          const first = out.buffer + (row * inWidth + column) * inChannels * 4;
          rowsProduct(runtime, {
            batches: range(groups).map((group) => ({
              a: origin + group * depth * 4,
              b: right.address + group * right.batchStride,
              c: first + group * columns * 4,
              bias: 0,
            })),
            grid: { images: batch, height, width },
            a: pixelSteps(frame.height, frame.width, outChannels),
            c: pixelSteps(inHeight, inWidth, inChannels, strideHeight, strideWidth),
            columns,
            segments: joinSegments(cells.map(({ offset }) => ({ offset, length: depth }))),
            right,
            low: -Infinity,
            high: Infinity,
          });
        }
      });
    },

    conv2dFilterGradient(x, outputGradient, out, geometry) {
      // Without images there is no chunk to write the zeros.
      if (outputGradient.size === 0) return kernels().fill(out, 0);
      const { batch, inChannels, outHeight, outWidth, outChannels, groups } = geometry;
      const depth = inChannels / groups;
      const columns = outChannels / groups;
      runtime.scope(() => {
        const frame = inputFrame(runtime, x.buffer, inChannels, geometry);
        columnsProduct(runtime, {
          batches: range(groups).map((group) => ({
            a: frame.address + group * depth * 4,
            b: outputGradient.buffer + group * columns * 4,
            c: out.buffer + group * columns * 4,
          })),
          runs: joinSegments(cellOffsets(geometry, frame).map((offset) => ({ offset, length: depth }))),
          columns,
          cStride: outChannels * 4,
          grid: { images: batch, height: outHeight, width: outWidth },
          a: windowSteps(geometry, frame),
          bStride: outChannels * 4,
          c: { address: out.buffer, size: out.size },
        });
      });
    },
  };
}

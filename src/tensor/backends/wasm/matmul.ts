import type { Epilogue, Kernels, Operand } from '../kernels.js';
import { columnsProduct } from './columns-product.js';
import { packPanels, type RightSide } from './pack.js';
import { rowsProduct } from './rows-product.js';
import type { Runtime } from './runtime.js';

/** Activations that are a clamp run in registers before C is stored. */
export function clampOf({ activation }: Epilogue<number>): readonly [low: number, high: number] {
  if (activation === 'relu') return [0, Infinity];
  if (activation === 'relu6') return [0, 6];
  return [-Infinity, Infinity];
}

/** The other activations run over the finished result. */
export function activate(
  kernels: Kernels<number>,
  out: Operand<number>,
  { activation, alpha }: Epilogue<number>,
): void {
  if (activation && activation !== 'relu' && activation !== 'relu6') kernels.unary(activation, out, out, alpha, 0);
}

/** Below so many rows of A, copying B into panels costs more than reading it as it lies. */
const PACKED_FROM_ROWS = 64;

export function matMulKernels(runtime: Runtime, kernels: () => Kernels<number>): Pick<Kernels<number>, 'matMul'> {
  return {
    matMul(a, b, out, geometry, epilogue) {
      const { batch, m, k, n, transposeA, transposeB, batchA, batchB } = geometry;
      const entries = Array.from({ length: batch }, (_, i) => i);
      if (transposeA && k > 0 && !epilogue.bias && !epilogue.activation) {
        runtime.scope(() => {
          const bAddress = transposeB ? transposed(b.buffer, k, n, b.size / (k * n)) : null;
          columnsProduct(runtime, {
            batches: entries.map((i) => ({
              a: a.buffer + batchA[i] * m * k * 4,
              b: bAddress ? bAddress.address + batchB[i] * bAddress.batchStride : b.buffer + batchB[i] * k * n * 4,
              c: out.buffer + i * m * n * 4,
            })),
            runs: [{ offset: 0, length: m }],
            columns: n,
            cStride: n * 4,
            grid: { images: 1, height: 1, width: k },
            a: { image: 0, line: 0, place: m * 4 },
            bStride: bAddress ? bAddress.depthStride : n * 4,
            c: { address: out.buffer, size: out.size },
          });
        });
        return;
      }
      const [low, high] = clampOf(epilogue);
      runtime.scope(() => {
        const left = transposeA ? transposed(a.buffer, m, k, a.size / Math.max(1, m * k)) : null;
        const right = rightSide(b, k, n, transposeB, m);
        const aStride = left ? left.depthStride : k * 4;
        rowsProduct(runtime, {
          batches: entries.map((i) => ({
            a: left ? left.address + batchA[i] * left.batchStride : a.buffer + batchA[i] * m * k * 4,
            b: right.address + batchB[i] * right.batchStride,
            c: out.buffer + i * m * n * 4,
            bias: epilogue.bias?.buffer ?? 0,
          })),
          grid: { images: 1, height: 1, width: m },
          a: { image: 0, line: 0, place: aStride },
          c: { image: 0, line: 0, place: n * 4 },
          columns: n,
          segments: [{ offset: 0, length: k }],
          right,
          low,
          high,
        });
      });
      activate(kernels(), out, epilogue);
    },
  };

  /** [columns, rows] matrices turned into [rows, columns], rows padded to whole vectors. */
  function transposed(source: number, rows: number, columns: number, batch: number): RightSide {
    const segments = [{ offset: 0, length: rows }];
    const packing = {
      source,
      segments,
      kStride: 4,
      columnStride: rows * 4,
      columns,
      batch,
      batchStride: rows * columns * 4,
    };
    return packPanels(runtime, packing, Math.max(8, Math.ceil(columns / 8) * 8));
  }

  function rightSide(b: Operand<number>, k: number, n: number, transposeB: boolean, m: number): RightSide {
    const batch = b.size / Math.max(1, k * n);
    if (!transposeB && m < PACKED_FROM_ROWS) {
      return { address: b.buffer, batchStride: k * n * 4, depthStride: n * 4, panelStride: runtime.tile.columns * 4 };
    }
    const segments = [{ offset: 0, length: k }];
    const [kStride, columnStride] = transposeB ? [4, k * 4] : [n * 4, 4];
    return packPanels(runtime, {
      source: b.buffer,
      segments,
      kStride,
      columnStride,
      columns: n,
      batch,
      batchStride: k * n * 4,
    });
  }
}

import type { Kernels } from '../kernels.js';
import { matrixStep } from '../matrix-step.js';
import { runDirect } from './products/direct.js';
import { isDirect } from './products/direct-plan.js';
import { matrixLoader } from './products/loaders.js';
import type { Product } from './products/product.js';
import { runThin } from './products/thin.js';
import { runTiled } from './products/tiled.js';
import type { WebGpuBuffer } from './runtime/batch.js';
import type { Device } from './runtime/device.js';

export function matMul(device: Device): Pick<Kernels<WebGpuBuffer>, 'matMul'> {
  return {
    matMul(a, b, out, { batch, m, k, n, transposeA, transposeB, batchA, batchB }, epilogue) {
      const isThin = m <= 8 || n === 1;
      const isTiled = !isThin && !isDirect({ m, n, k, entries: batch });
      const [stepA, stepB] = [matrixStep(batchA), matrixStep(batchB)];
      const isListed = stepA === undefined || stepB === undefined;
      const entries = (step: number | undefined, size: number, list: number) =>
        isListed ? { entry: size, list } : { entry: (step ?? 0) * size };
      const wide = (isTurned: boolean, lines: number) => {
        if (!isTiled || (isTurned ? lines : k) % 4 !== 0) return null;
        return isTurned ? 'line' : 'k';
      };
      const matrices = isListed ? device.upload(Uint32Array.from([...batchA, ...batchB])) : undefined;
      const product: Product = {
        ...{ m, n, k, entries: batch },
        a: matrixLoader(
          'A',
          { ...entries(stepA, m * k, 0), ...(transposeA ? { line: 1, k: m } : { line: k, k: 1 }) },
          wide(transposeA, m),
        ),
        b: matrixLoader(
          'B',
          { ...entries(stepB, k * n, batch), ...(transposeB ? { line: k, k: 1 } : { line: 1, k: n }) },
          wide(!transposeB, n),
        ),
        valuesA: a.buffer,
        valuesB: b.buffer,
        matrices,
        out: out.buffer,
        outSize: out.size,
        row: n,
        entry: m * n,
        epilogue,
      };
      if (isThin) runThin(device, product);
      else if (isTiled) runTiled(device, product);
      else runDirect(device, product);
      if (matrices) device.free(matrices);
    },
  };
}

import { reduceInto } from '../reductions.js';
import type { WebGpuBuffer } from '../runtime/batch.js';
import type { Device } from '../runtime/device.js';
import { type Fold, foldPlan, runFold } from '../templates/fold.js';
import { epilogueText, type Product } from './product.js';

/**
 * Run a product whole, or with partial sums of `splits` of k in place of its result. These are added by a second
 * kernel, always in the same order.
 */
export function runSplits(device: Device, product: Product, splits: number, run: (product: Product) => void): void {
  if (splits === 1) {
    run(product);
    return;
  }
  device.withScratch([splits * product.outSize], (partial) => {
    run({ ...product, out: partial, epilogue: null });
    joinSplits(device, partial, splits, product);
  });
}

/** The sum of the partial sums, with what the product ends with. */
function joinSplits(device: Device, partial: WebGpuBuffer, splits: number, product: Product): void {
  const { outSize, row, out, epilogue } = product;
  const view = { outer: 1, size: splits, inner: outSize };
  if (!epilogue) {
    reduceInto(device, 'sum', partial, out, view);
    return;
  }
  const { name, reads, buffers, fields, values, declarations } = epilogueText(epilogue, partial);
  const fold: Fold = {
    name: `join${name}`,
    reads: ['x: f32', ...reads],
    writes: ['y: f32'],
    uniforms: ['row: u32', ...fields],
    declarations,
    state: 'f32',
    start: '0.0',
    visit: 'return state + x[s * u.outputs + i];',
    merge: 'return a + b;',
    // Rows of groups lie side by side, so a place in a row is a column of all groups; each matrix of a batch starts
    // over.
    store: 'y[output] = finish(total, output % u.row);',
  };
  runFold(device, fold, view, foldPlan(view, false), {
    reads: [partial, ...buffers],
    writes: [out],
    uniforms: [row, ...values],
  });
}

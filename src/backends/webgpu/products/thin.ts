import type { WebGpuBuffer } from '../runtime/batch.js';
import type { Device } from '../runtime/device.js';
import { type Fold, foldPlan, runFold } from '../templates/fold.js';
import { buffersOf, epilogueText, operandsOf, type Product } from './product.js';

/*
 * Products that would not fill tiles: an element of the result is a fold of its products along k, by lanes that share a
 * workgroup. Nothing is read twice from workgroup memory, but every core has work.
 */

/** @param isWhole whether a fold's result is the element, not the sum of a run */
function thinFold(product: Product, isWhole: boolean): Fold {
  const operands = operandsOf(product);
  const { name, reads, declarations } = epilogueText(isWhole ? product.epilogue : null);
  return {
    name: `thin/${operands.name}${isWhole ? name : '/runs'}`,
    reads: [...operands.reads, ...reads],
    writes: ['y: f32'],
    uniforms: ['m: u32', 'n: u32', 'k: u32', 'row: u32', 'entry: u32', ...operands.fields, 'alpha: f32'],
    declarations: `${operands.declarations}
${declarations}`,
    state: 'f32',
    start: '0.0',
    visit: `entry = o / u.m;
  return state + readA(lineA(o % u.m), cellA(s)) * readB(lineB(i), cellB(s));`,
    merge: 'return a + b;',
    store: isWhole
      ? `let at = o / u.m;
    y[at * u.entry + o % u.m * u.row + i] = finish(total, at * u.entry % u.row + i);`
      : `y[chunk * u.outputs + o / u.m * u.entry + o % u.m * u.row + i] = total;`,
  };
}

/** The sum of the partial sums, in their order, with what the product ends with. */
export function joinSplits(device: Device, partial: WebGpuBuffer, splits: number, product: Product): void {
  const { outSize, row, out, epilogue } = product;
  const { name, reads, buffers, declarations, alpha } = epilogueText(epilogue);
  const fold: Fold = {
    name: `join${name}`,
    reads: ['x: f32', ...reads],
    writes: ['y: f32'],
    uniforms: ['row: u32', 'alpha: f32'],
    declarations,
    state: 'f32',
    start: '0.0',
    visit: 'return state + x[s * u.outputs + i];',
    merge: 'return a + b;',
    // Rows of groups lie side by side, so a place in a row is a column of all groups; matrices of a batch begin anew.
    store: 'y[output] = finish(total, output % u.row);',
  };
  const view = { outer: 1, size: splits, inner: outSize };
  runFold(device, fold, view, foldPlan(view, false), {
    reads: [partial, ...buffers],
    writes: [out],
    uniforms: [row, alpha],
  });
}

export function runThin(device: Device, product: Product): void {
  const { m, n, k, entries, row, entry, out, outSize, epilogue } = product;
  const view = { outer: entries * m, size: k, inner: n };
  const plan = foldPlan(view, true);
  const operands = operandsOf(product);
  const isWhole = plan.chunks === 1;
  const finish = epilogueText(isWhole ? epilogue : null);
  const run = (target: WebGpuBuffer): void =>
    runFold(device, thinFold(product, isWhole), view, plan, {
      reads: [...buffersOf(product), ...finish.buffers],
      writes: [target],
      uniforms: [m, n, k, row, entry, ...operands.values, finish.alpha],
    });
  if (isWhole) {
    run(out);
    return;
  }
  device.withScratch([plan.chunks * outSize], (partial) => {
    run(partial);
    joinSplits(device, partial, plan.chunks, product);
  });
}

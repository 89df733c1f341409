import type { WebGpuBuffer } from '../runtime/batch.js';
import type { Device } from '../runtime/device.js';
import { type Fold, foldPlan, runFold } from '../templates/fold.js';
import { buffersOf, epilogueText, operandsOf, type Product } from './product.js';

/*
 * Products that would not fill tiles: an element of the result is a fold of its products along k, by lanes that share a
 * workgroup. Where there are rows enough, a thread folds four of them, which share what it reads of B.
 */

/** Rows of the result that a thread folds. */
type Rows = 1 | 4;

const STATES = { 1: 'f32', 4: 'vec4<f32>' } as const;

/** @param isWhole whether a fold's result is the element, not the sum of a run */
function thinFold(product: Product, rows: Rows, isWhole: boolean): Fold {
  const operands = operandsOf(product);
  const { name, reads, declarations } = epilogueText(isWhole ? product.epilogue : null);
  const ofA = Array.from({ length: rows }, (_, j) => `readA(lineA(row + ${j}u), cell)`);
  const stores = Array.from({ length: rows }, (_, j) => {
    const value = rows === 1 ? 'total' : `total[${j}]`;
    const stored = isWhole ? `finish(${value}, at % u.row)` : value;
    return `if (row + ${j}u < u.m) { y[chunk * u.outSize + at + ${j}u * u.row] = ${stored}; }`;
  });
  return {
    name: `thin/${operands.name}/${rows} rows${isWhole ? name : '/runs'}`,
    reads: [...operands.reads, ...reads],
    writes: ['y: f32'],
    uniforms: [
      ...['m: u32', 'k: u32', 'row: u32', 'entry: u32', 'rowGroups: u32', 'outSize: u32'],
      ...operands.fields,
      'alpha: f32',
    ],
    declarations: `${operands.declarations}
${declarations}`,
    state: STATES[rows],
    start: `${STATES[rows]}()`,
    visit: `entry = o / u.rowGroups;
  let row = o % u.rowGroups * ${rows}u;
  let cell = cellA(s);
  return state + ${STATES[rows]}(${ofA.join(', ')}) * readB(lineB(i), cellB(s));`,
    merge: 'return a + b;',
    store: `let row = o % u.rowGroups * ${rows}u;
    let at = o / u.rowGroups * u.entry + row * u.row + i;
    ${stores.join('\n    ')}`,
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
    // Rows of groups lie side by side, so a place in a row is a column of all groups; each matrix of a batch starts
    // over.
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
  const rows: Rows = m >= 4 ? 4 : 1;
  const rowGroups = Math.ceil(m / rows);
  const view = { outer: entries * rowGroups, size: k, inner: n };
  const plan = foldPlan(view, true);
  const operands = operandsOf(product);
  const isWhole = plan.chunks === 1;
  const finish = epilogueText(isWhole ? epilogue : null);
  const run = (target: WebGpuBuffer): void =>
    runFold(device, thinFold(product, rows, isWhole), view, plan, {
      reads: [...buffersOf(product), ...finish.buffers],
      writes: [target],
      uniforms: [m, k, row, entry, rowGroups, outSize, ...operands.values, finish.alpha],
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

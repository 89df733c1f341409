import type { Device } from '../runtime/device.js';
import { type Fold, foldPlan, runFold } from '../templates/fold.js';
import { buffersOf, epilogueText, operandsOf, type Product } from './product.js';
import { runSplits } from './splits.js';

/*
 * Matrices times vectors, or times few of them: an element of the result is a fold of its products along k, by lanes
 * that share a workgroup and read neighbours. Where there are rows enough, a thread folds four of them, which share
 * what it reads of B.
 */

/** Rows of the result that a thread folds. */
type Rows = 1 | 4;

const STATES = { 1: 'f32', 4: 'vec4<f32>' } as const;

function thinFold(product: Product, rows: Rows): Fold {
  const operands = operandsOf(product);
  const { name, reads, fields, declarations } = epilogueText(product.epilogue, product.valuesA);
  const ofA = Array.from({ length: rows }, (_, j) => `readA(lineA(row + ${j}u), cell)`);
  const stores = Array.from({ length: rows }, (_, j) => {
    const value = rows === 1 ? 'total' : `total[${j}]`;
    return `if (row + ${j}u < u.m) { y[chunk * u.outSize + at + ${j}u * u.row] = finish(${value}, at % u.row); }`;
  });
  return {
    name: `thin/${operands.name}/${rows} rows${name}`,
    reads: [...operands.reads, ...reads],
    writes: ['y: f32'],
    uniforms: [
      ...['m: u32', 'k: u32', 'row: u32', 'entry: u32', 'rowGroups: u32', 'outSize: u32'],
      ...operands.fields,
      ...fields,
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

export function runThin(device: Device, product: Product): void {
  const { m, n, k, entries, row, entry, outSize } = product;
  const rows: Rows = m >= 4 ? 4 : 1;
  const rowGroups = Math.ceil(m / rows);
  const view = { outer: entries * rowGroups, size: k, inner: n };
  const plan = foldPlan(view, true);
  const operands = operandsOf(product);
  runSplits(device, product, plan.chunks, (part) => {
    const finish = epilogueText(part.epilogue, part.valuesA);
    runFold(device, thinFold(part, rows), view, plan, {
      reads: [...buffersOf(part), ...finish.buffers],
      writes: [part.out],
      uniforms: [m, k, row, entry, rowGroups, outSize, ...operands.values, ...finish.values],
    });
  });
}

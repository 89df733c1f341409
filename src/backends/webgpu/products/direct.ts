import type { Device } from '../runtime/device.js';
import type { Program } from '../runtime/program.js';
import { type DirectPlan, directPlan, ROWS } from './direct-plan.js';
import { LAYOUT_FIELDS, layoutValues, PLACE, START } from './layout.js';
import { buffersOf, epilogueText, operandsOf, type Product } from './product.js';
import { runSplits } from './splits.js';
import { range, storeSumsInTurn, zeroSums } from './sums.js';

/*
 * Products that would leave most of a tile empty. A thread makes four rows by four or eight columns by itself: it reads
 * both operands where they are, without workgroup memory and barriers. Neighbouring threads read the same lines, so
 * caches answer. Loaders read single elements: a program serves all shapes and transpositions.
 */

/** Threads of a workgroup; they share nothing but a cache. */
const THREADS = 64;

function directProgram(product: Product, columns: DirectPlan['columns']): Program {
  const operands = operandsOf(product);
  const { reads, fields, declarations } = epilogueText(product.epilogue, product.valuesA);
  const parts = range(columns / 4);
  const read = (operand: 'A' | 'B', line: number): string => `read${operand}(line${operand}${line}, place${operand})`;
  const vector = (part: number): string =>
    range(4)
      .map((j) => read('B', 4 * part + j))
      .join(', ');
  return {
    reads: [...operands.reads, ...reads],
    writes: ['y: f32'],
    uniforms: [...LAYOUT_FIELDS, ...operands.fields, ...fields],
    threads: THREADS,
    declarations: `${operands.declarations}
${declarations}`,
    main: `let tile = group * ${THREADS}u + local;
  ${PLACE}
  if (split >= u.splits) { return; }
  let row = tileRow * ${ROWS}u;
  let column = tileColumn * ${columns}u;
  ${range(ROWS)
    .map((i) => `let lineA${i} = lineA(row + ${i}u);`)
    .join('\n  ')}
  ${range(columns)
    .map((j) => `let lineB${j} = lineB(column + ${j}u);`)
    .join('\n  ')}
  ${zeroSums(ROWS, columns)}
  var placeA = cellA(split * u.depth);
  var placeB = cellB(split * u.depth);
  let end = min(u.k, (split + 1u) * u.depth);
  for (var k = split * u.depth; k < end; k++) {
    ${parts.map((part) => `let b${part} = vec4<f32>(${vector(part)});`).join('\n    ')}
    ${range(ROWS)
      .flatMap((i) => [`let a${i} = ${read('A', i)};`, ...parts.map((part) => `sum${i}${part} += a${i} * b${part};`)])
      .join('\n    ')}
    placeA = nextA(placeA);
    placeB = nextB(placeB);
  }
  ${START}
  ${storeSumsInTurn(ROWS, columns)}`,
  };
}

export function runDirect(device: Device, product: Product, plan: DirectPlan = directPlan(product)): void {
  const { columns, tileRows, tileColumns, splits } = plan;
  const operands = operandsOf(product);
  runSplits(device, product, splits, (part) => {
    const finish = epilogueText(part.epilogue, part.valuesA);
    device.launch(`direct/${operands.name}/${ROWS}×${columns}${finish.name}`, () => directProgram(part, columns), {
      reads: [...buffersOf(part), ...finish.buffers],
      writes: [part.out],
      uniforms: [...layoutValues(part, plan), ...operands.values, ...finish.values],
      groups: Math.ceil((tileRows * tileColumns * product.entries * splits) / THREADS),
    });
  });
}

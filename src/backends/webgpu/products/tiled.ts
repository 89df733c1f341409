import type { Device } from '../runtime/device.js';
import type { Program } from '../runtime/program.js';
import { LAYOUT_FIELDS, layoutValues, PLACE, START } from './layout.js';
import type { Loader } from './loaders.js';
import { buffersOf, epilogueText, operandsOf, type Product } from './product.js';
import { runSplits } from './splits.js';
import { range, storeSums, zeroSums } from './sums.js';
import { DEPTH, type Tile, type TilePlan, tilePlan } from './tile-plan.js';

/** Threads of a workgroup. */
const THREADS = 64;

/**
 * Lines that fetch blocks of four lines by four cells of an operand into workgroup memory, where a vector is four lines
 * at one cell. A block that is contiguous along k is transposed in registers.
 * @param lines of the tile
 * @param spread the thread that has the first block: operands with few blocks share one round
 */
function fetching(operand: 'A' | 'B', { wide }: Loader, lines: number, spread: number) {
  const vectors = lines / 4;
  const before: string[] = [];
  const inside: string[] = [];
  const linesRead = wide === 'line' ? 1 : 4;
  for (const round of range(Math.ceil(lines / THREADS))) {
    const block = `block${operand}${round}`;
    const [first, cell] = [`first${operand}${round}`, `cell${operand}${round}`];
    before.push(
      `let ${block} = (local + ${spread}u) % ${THREADS}u + ${round * THREADS}u;`,
      // Neighbouring threads read adjacent values.
      wide === 'line'
        ? `let ${first} = ${block} % ${vectors}u; let ${cell} = ${block} / ${vectors}u * 4u;`
        : `let ${first} = ${block} / 4u; let ${cell} = ${block} % 4u * 4u;`,
      ...range(linesRead).map(
        (i) => `let line${operand}${round}${i} = line${operand}(corner${operand} + ${first} * 4u + ${i}u);`,
      ),
    );
    const value = (i: number, cell: string): string => `read${operand}(line${operand}${round}${i}, ${cell})`;
    const target = (j: string): string => `tile${operand}[(${cell} + ${j}) * ${vectors}u + ${first}]`;
    const reads: string[] = [];
    if (wide === 'k') {
      reads.push(`let c = cell${operand}(k + ${cell});`, ...range(4).map((i) => `let r${i} = ${value(i, 'c')};`));
      for (const [j, part] of [...'xyzw'].entries()) {
        reads.push(`${target(`${j}u`)} = vec4<f32>(${range(4).map((i) => `r${i}.${part}`)});`);
      }
    } else {
      const four = wide === 'line' ? value(0, 'c') : `vec4<f32>(${range(4).map((i) => value(i, 'c'))})`;
      reads.push(
        'for (var j = 0u; j < 4u; j++) {',
        `  let c = cell${operand}(k + ${cell} + j);`,
        `  ${target('j')} = ${four};`,
        '}',
      );
    }
    const isWhole = lines >= (round + 1) * THREADS;
    inside.push(`${isWhole ? '' : `if (${block} < ${lines}u) `}{\n      ${reads.join('\n      ')}\n    }`);
  }
  return { before, inside };
}

/** Lines that add the products of one step along k to a thread's sums: an outer product of `side` by `side`. */
function multiply({ rows, columns, side }: Tile): string {
  const parts = side / 4;
  const load = (name: string, tile: string, lines: number, at: string): string[] =>
    range(parts).map((part) => `let ${name}${part} = ${tile}[s * ${lines / 4}u + ${at} * ${parts}u + ${part}u];`);
  const lines = [...load('a', 'tileA', rows, 'rowOf'), ...load('b', 'tileB', columns, 'columnOf')];
  for (const i of range(side)) {
    const a = `a${Math.floor(i / 4)}.${'xyzw'[i % 4]}`;
    for (const part of range(parts)) lines.push(`sum${i}${part} += ${a} * b${part};`);
  }
  return lines.join('\n      ');
}

/** The shader: fetch a slice of both operands, wait, multiply, wait, and so on along k. */
export function tiledProgram(product: Product, tile: Tile, isWide: boolean): Program {
  const { rows, columns, side } = tile;
  const operands = operandsOf(product);
  const { reads, fields, declarations } = epilogueText(product.epilogue, product.valuesA);
  const a = fetching('A', product.a, rows, 0);
  const b = fetching('B', product.b, columns, (THREADS - (rows % THREADS)) % THREADS);
  return {
    reads: [...operands.reads, ...reads],
    writes: [`y: ${isWide ? 'vec4<f32>' : 'f32'}`],
    uniforms: [...LAYOUT_FIELDS, ...operands.fields, ...fields],
    threads: THREADS,
    declarations: `${operands.declarations}
${declarations}
var<workgroup> tileA: array<vec4<f32>, ${(rows * DEPTH) / 4}>;
var<workgroup> tileB: array<vec4<f32>, ${(columns * DEPTH) / 4}>;`,
    main: `let tile = group;
  ${PLACE}
  let cornerA = tileRow * ${rows}u;
  let cornerB = tileColumn * ${columns}u;
  let rowOf = local / ${columns / side}u;
  let columnOf = local % ${columns / side}u;
  ${[...a.before, ...b.before].join('\n  ')}
  ${zeroSums(side, side)}
  let end = min(u.k, (split + 1u) * u.depth);
  for (var k = split * u.depth; k < end; k += ${DEPTH}u) {
    ${[...a.inside, ...b.inside].join('\n    ')}
    workgroupBarrier();
    for (var s = 0u; s < ${DEPTH}u; s++) {
      ${multiply(tile)}
    }
    workgroupBarrier();
  }
  let row = cornerA + rowOf * ${side}u;
  let column = cornerB + columnOf * ${side}u;
  ${START}
  if (split >= u.splits) { return; }
  ${storeSums(side, side, isWide)}`,
  };
}

export function runTiled(device: Device, product: Product, plan: TilePlan = tilePlan(product)): void {
  const { tile, tileRows, tileColumns, splits } = plan;
  const { rows, columns } = tile;
  const isWide = [product.n, product.row, product.entry, product.outSize].every((size) => size % 4 === 0);
  const operands = operandsOf(product);
  runSplits(device, product, splits, (part) => {
    const finish = epilogueText(part.epilogue, part.valuesA);
    const name = `product/${operands.name}/${rows}×${columns}${isWide ? ' wide' : ''}${finish.name}`;
    device.launch(name, () => tiledProgram(part, tile, isWide), {
      reads: [...buffersOf(part), ...finish.buffers],
      writes: [part.out],
      uniforms: [...layoutValues(part, plan), ...operands.values, ...finish.values],
      groups: tileRows * tileColumns * product.entries * splits,
    });
  });
}

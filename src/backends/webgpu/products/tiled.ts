import type { Device } from '../runtime/device.js';
import type { Program } from '../runtime/program.js';
import type { Loader } from './loaders.js';
import { buffersOf, epilogueText, operandsOf, type Product } from './product.js';
import { joinSplits } from './thin.js';
import { DEPTH, type Tile, type TilePlan, tilePlan } from './tile-plan.js';

/** Threads of a workgroup. */
const THREADS = 64;

const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

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

/** Lines that store a thread's sums. @param isWide whether four columns are one vector of the result */
function store({ side }: Tile, isWide: boolean, isSplit: boolean): string {
  const finish = (value: string, column: string): string => (isSplit ? value : `finish(${value}, ${column})`);
  const lines: string[] = [];
  for (const i of range(side)) {
    for (const part of range(side / 4)) {
      const sum = `sum${i}${part}`;
      const column = `column + ${4 * part}u`;
      const at = `start + ${i}u * u.row + ${4 * part}u`;
      const channel = `channel + ${4 * part}u`;
      if (isWide) {
        const values = range(4).map((j) => finish(`${sum}.${'xyzw'[j]}`, `${channel} + ${j}u`));
        lines.push(`if (row + ${i}u < u.m && ${column} < u.n) { y[(${at}) / 4u] = vec4<f32>(${values.join(', ')}); }`);
      } else {
        lines.push(`if (row + ${i}u < u.m) {`);
        for (const j of range(4)) {
          const value = finish(`${sum}.${'xyzw'[j]}`, `${channel} + ${j}u`);
          lines.push(`  if (${column} + ${j}u < u.n) { y[${at} + ${j}u] = ${value}; }`);
        }
        lines.push('}');
      }
    }
  }
  return lines.join('\n  ');
}

/** The shader: fetch a slice of both operands, wait, multiply, wait, and so on along k. */
export function tiledProgram(product: Product, tile: Tile, isWide: boolean, isSplit: boolean): Program {
  const { rows, columns, side } = tile;
  const operands = operandsOf(product);
  const { reads, declarations } = epilogueText(isSplit ? null : product.epilogue);
  const a = fetching('A', product.a, rows, 0);
  const b = fetching('B', product.b, columns, (THREADS - (rows % THREADS)) % THREADS);
  const sums = range(side).flatMap((i) => range(side / 4).map((part) => `var sum${i}${part} = vec4<f32>();`));
  return {
    reads: [...operands.reads, ...reads],
    writes: [`y: ${isWide ? 'vec4<f32>' : 'f32'}`],
    uniforms: [...TILED_FIELDS, ...operands.fields, 'alpha: f32'],
    threads: THREADS,
    declarations: `${operands.declarations}
${declarations}
var<workgroup> tileA: array<vec4<f32>, ${(rows * DEPTH) / 4}>;
var<workgroup> tileB: array<vec4<f32>, ${(columns * DEPTH) / 4}>;`,
    main: `let tileColumn = group % u.tileColumns;
  let tileRow = group / u.tileColumns % u.tileRows;
  let rest = group / u.tileColumns / u.tileRows;
  entry = rest % u.entries;
  let split = rest / u.entries;
  let cornerA = tileRow * ${rows}u;
  let cornerB = tileColumn * ${columns}u;
  let rowOf = local / ${columns / side}u;
  let columnOf = local % ${columns / side}u;
  ${[...a.before, ...b.before, ...sums].join('\n  ')}
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
  // Groups lie side by side in a row; matrices of a batch each begin one.
  let channel = entry * u.entry % u.row + column;
  let start = split * u.outSize + entry * u.entry + row * u.row + column;
  if (split >= u.splits) { return; }
  ${store(tile, isWide, isSplit)}`,
  };
}

const TILED_FIELDS = [
  'm: u32',
  'n: u32',
  'k: u32',
  'entries: u32',
  'tileRows: u32',
  'tileColumns: u32',
  'splits: u32',
  'depth: u32',
  'outSize: u32',
  'row: u32',
  'entry: u32',
] as const;

export function runTiled(device: Device, product: Product, plan: TilePlan = tilePlan(product)): void {
  const { m, n, k, entries, outSize, row, entry, epilogue, out } = product;
  const { tile, tileRows, tileColumns, splits, depth } = plan;
  const isSplit = splits > 1;
  const isWide = [n, row, entry, outSize].every((size) => size % 4 === 0);
  const operands = operandsOf(product);
  const finish = epilogueText(isSplit ? null : epilogue);
  const run = (target: typeof out): void =>
    device.launch(
      `product/${operands.name}/${tile.rows}×${tile.columns}${isWide ? ' wide' : ''}${isSplit ? ' split' : ''}${finish.name}`,
      () => tiledProgram(product, tile, isWide, isSplit),
      {
        reads: [...buffersOf(product), ...finish.buffers],
        writes: [target],
        uniforms: [
          ...[m, n, k, entries, tileRows, tileColumns, splits, depth, outSize, row, entry],
          ...operands.values,
          finish.alpha,
        ],
        groups: tileRows * tileColumns * entries * splits,
      },
    );
  if (isSplit) {
    device.withScratch([splits * outSize], (partial) => {
      run(partial);
      joinSplits(device, partial, splits, product);
    });
  } else run(out);
}

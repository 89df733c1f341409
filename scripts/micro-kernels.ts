/**
 * Generates the inner loops of the matrix products as AssemblyScript. AssemblyScript has no arrays of locals, so each
 * accumulator of a register tile is a local variable with a name of its own, for every size of tile.
 */

/** Size of a register tile: rows of A and 16-byte vectors of B. */
interface RegisterTile {
  readonly rows: number;
  readonly vectors: number;
}

const REGISTER_TILES: readonly RegisterTile[] = [
  { rows: 4, vectors: 2 },
  { rows: 6, vectors: 2 },
  { rows: 6, vectors: 4 },
];

const count = (n: number): number[] => Array.from({ length: n }, (_, i) => i);
const each = (n: number, line: (i: number) => string): string => count(n).map(line).join('\n');

/**
 * One step along k: load a row of B, then for each row of A a splat and its multiply-adds. Rows run from last to first
 * because TurboFan (V8 11, Node 20) orders pure nodes by the phis they end in: this way a splat lives only until its
 * own multiply-adds, 15 vector registers suffice, and 6×8 goes from 31 to 40 GFLOP/s. Later V8 keeps any order.
 */
function step({ rows, vectors }: RegisterTile, splat: (row: number) => string): string {
  const lines = count(vectors).map((v) => `      const b${v} = v128.load(b, ${16 * v});`);
  for (const r of count(rows).reverse()) {
    lines.push(`      const x${r} = v128.load32_splat(${splat(r)});`);
    for (const v of count(vectors)) lines.push(`      c${r}${v} = multiplyAdd(x${r}, b${v}, c${r}${v});`);
  }
  return lines.join('\n');
}

const accumulators = (tile: RegisterTile, value: (row: number, vector: number) => string): string =>
  each(tile.rows, (r) => each(tile.vectors, (v) => `${value(r, v)}`));

/** Full tiles are stored as whole vectors, the last columns of a matrix by the binary digits of their number. */
function store({ vectors }: RegisterTile, row: number, pointer: string): string {
  const whole = each(vectors, (v) => `    v128.store(${pointer}, c${row}${v}, ${16 * v});`);
  const names = count(vectors)
    .map((v) => `c${row}${v}`)
    .join(', ');
  return `  if (width == ${4 * vectors}) {\n${whole}\n  } else {\n    storePartial${vectors}(${pointer}, width, ${names});\n  }`;
}

/** Reads A by rows: one pointer per row of the tile, k contiguous within each segment. */
function multiplyRows(tile: RegisterTile): string {
  const { rows, vectors } = tile;
  return `/** C[${rows} rows, ${4 * vectors} columns], rows of A and of C found in a table of ${rows} + ${rows} pointers; added to what
 * lies \`residual\` bytes from C, unless that is 0. */
export function multiplyRows${rows}x${4 * vectors}(
  table: usize, segment: usize, segmentsEnd: usize, b: usize, bStride: usize,
  column: usize, width: i32, start: usize, residual: usize, low: f32, high: f32,
): void {
${each(rows, (r) => `  const p${r} = <usize>load<u32>(table, ${4 * (rows + r)}) + column;`)}
${accumulators(tile, (r, v) => `  let c${r}${v} = v128.load(start ? start : p${r}, ${16 * v});`)}
  for (; segment < segmentsEnd; segment += 8) {
    const offset = <usize>load<u32>(segment);
    const end = b + <usize>load<u32>(segment, 4) * bStride;
${each(rows, (r) => `    let a${r} = <usize>load<u32>(table, ${4 * r}) + offset;`)}
    while (b < end) {
${step(tile, (r) => `a${r}`)}
      b += bStride;
${each(rows, (r) => `      a${r} += 4;`)}
    }
  }
  if (residual) {
${accumulators(tile, (r, v) => `    c${r}${v} = f32x4.add(c${r}${v}, v128.load(p${r} + residual, ${16 * v}));`)}
  }
  if (low > -Infinity || high < Infinity) {
    const lows = f32x4.splat(low);
    const highs = f32x4.splat(high);
${accumulators(tile, (r, v) => `    c${r}${v} = f32x4.min(f32x4.max(c${r}${v}, lows), highs);`)}
  }
${each(rows, (r) => store(tile, r, `p${r}`))}
}
`;
}

/**
 * Reads A by columns: the rows of the tile are adjacent in memory, k advances by a stride. Each row has a pointer of
 * its own although one would do: the order of the multiply-adds in V8 follows those pointers, see `step`, and with one
 * the accumulators spill (6×8: 42 instead of 56 GFLOP/s).
 */
function multiplyColumns(tile: RegisterTile): string {
  const { rows, vectors } = tile;
  return `/** C[${rows} rows, ${4 * vectors} columns], of which the first \`height\` rows are stored. */
export function multiplyColumns${rows}x${4 * vectors}(
  a: usize, aStride: usize, segment: usize, segmentsEnd: usize, b: usize, bStride: usize,
  c: usize, cStride: usize, height: i32, width: i32, start: usize,
): void {
${each(rows, (r) => `  const p${r} = c + ${r} * cStride;`)}
${accumulators(tile, (r, v) => `  let c${r}${v} = v128.load(start ? start : p${r}, ${16 * v});`)}
  for (; segment < segmentsEnd; segment += 8) {
${each(rows, (r) => `    let a${r} = a + <usize>load<u32>(segment) + ${4 * r};`)}
    const end = b + <usize>load<u32>(segment, 4) * bStride;
    while (b < end) {
${step(tile, (r) => `a${r}`)}
      b += bStride;
${each(rows, (r) => `      a${r} += aStride;`)}
    }
  }
${each(rows, (r) => `${r ? `  if (height <= ${r}) return;\n` : ''}${store(tile, r, `p${r}`)}`)}
}
`;
}

/** One store per binary digit of `width`, from large to small; the remaining values move to the front. */
function storePartial(vectors: number): string {
  const parameters = count(vectors)
    .map((v) => `v${v}: v128`)
    .join(', ');
  const halves = count(vectors / 2);
  const wide =
    vectors === 4
      ? `  if (width & 8) {\n${each(2, (v) => `    v128.store(pointer, v${v}, ${16 * v});`)}\n${halves.map((v) => `    v${v} = v${v + 2};`).join('\n')}\n    pointer += 32;\n  }\n`
      : '';
  return `// @ts-ignore: decorator
@inline
export function storePartial${vectors}(pointer: usize, width: i32, ${parameters}): void {
${wide}  if (width & 4) {
    v128.store(pointer, v0);
    v0 = v1;
    pointer += 16;
  }
  if (width & 2) {
    v128.store64_lane(pointer, v0, 0);
    v0 = i8x16.shuffle(v0, v0, 8, 9, 10, 11, 12, 13, 14, 15, 8, 9, 10, 11, 12, 13, 14, 15);
    pointer += 8;
  }
  if (width & 1) v128.store32_lane(pointer, v0, 0);
}
`;
}

/** The AssemblyScript module `assembly/generated/micro-kernels.ts`. */
export function microKernels(): string {
  return [
    "// Written by scripts/micro-kernels.ts.\nimport { multiplyAdd } from '../shared/simd';\n",
    storePartial(2),
    storePartial(4),
    ...REGISTER_TILES.flatMap((tile) => [multiplyRows(tile), multiplyColumns(tile)]),
  ].join('\n');
}

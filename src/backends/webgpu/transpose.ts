import { sizeOf, stridesOf } from '../../base/shape.js';
import type { Kernels } from '../kernels.js';
import type { WebGpuBuffer } from './runtime/batch.js';
import type { Device } from './runtime/device.js';
import type { Program } from './runtime/program.js';
import { move } from './templates/map.js';

/** Side of a tile; threads read rows of it and write columns, so that both accesses are contiguous. */
const TILE = 16;

const TURN: Program = {
  reads: ['x: u32'],
  writes: ['y: u32'],
  uniforms: ['rows: u32', 'columns: u32', 'tileRows: u32', 'tileColumns: u32', 'batch: u32'],
  // One column more than a tile has, so that neighbours in a column are in different memory banks.
  declarations: `var<workgroup> tile: array<u32, ${TILE * (TILE + 1)}>;`,
  main: `let a = local / ${TILE}u;
  let b = local % ${TILE}u;
  let tileRow = group / u.tileColumns % u.tileRows * ${TILE}u;
  let tileColumn = group % u.tileColumns * ${TILE}u;
  let matrix = group / u.tileColumns / u.tileRows;
  let first = matrix * u.rows * u.columns;
  let isThere = matrix < u.batch;
  if (isThere && tileRow + a < u.rows && tileColumn + b < u.columns) {
    tile[a * ${TILE + 1}u + b] = x[first + (tileRow + a) * u.columns + tileColumn + b];
  }
  workgroupBarrier();
  if (isThere && tileColumn + a < u.columns && tileRow + b < u.rows) {
    y[first + (tileColumn + a) * u.rows + tileRow + b] = tile[b * ${TILE + 1}u + a];
  }`,
};

/** Batch, rows and columns if a permutation only transposes matrices; else null. */
function asTurn(shape: readonly number[], permutation: readonly number[]): [number, number, number] | null {
  let kept = 0;
  while (kept < permutation.length && permutation[kept] === kept) kept++;
  const rest = permutation.slice(kept);
  const cut = rest.indexOf(kept);
  const turned = [...rest.slice(cut), ...rest.slice(0, cut)];
  if (cut < 1 || turned.some((axis, at) => axis !== kept + at)) return null;
  const split = rest[0];
  return [sizeOf(shape.slice(0, kept)), sizeOf(shape.slice(kept, split)), sizeOf(shape.slice(split))];
}

export function transpose(device: Device): Pick<Kernels<WebGpuBuffer>, 'transpose'> {
  return {
    transpose(x, out, permutation) {
      const turn = asTurn(x.shape, permutation);
      if (turn && turn[1] >= TILE && turn[2] >= TILE) {
        const [batch, rows, columns] = turn;
        const [tileRows, tileColumns] = [Math.ceil(rows / TILE), Math.ceil(columns / TILE)];
        device.launch('transpose', () => TURN, {
          reads: [x.buffer],
          writes: [out.buffer],
          uniforms: [rows, columns, tileRows, tileColumns, batch],
          groups: batch * tileRows * tileColumns,
        });
        return;
      }
      const strides = stridesOf(x.shape);
      move(
        device,
        x,
        out,
        permutation.map((axis) => strides[axis]),
      );
    },
  };
}

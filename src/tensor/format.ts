import type { DType, TypedArray } from '../base/dtype.js';
import { type Shape, stridesOf } from '../base/shape.js';

/** Axes longer than this show their first and last EDGE items. */
const LONGEST = 20;
const EDGE = 3;

function formatValue(value: number, dtype: DType): string {
  if (dtype === 'bool') return value ? 'true' : 'false';
  if (dtype === 'int32') return String(value);
  return String(Number.parseFloat(value.toPrecision(7)));
}

/** A tensor's values as rows of equal columns, nested in brackets. */
export function formatTensor(values: TypedArray, shape: Shape, dtype: DType, verbose: boolean): string {
  const strides = stridesOf(shape);
  const shown = (length: number): (number | null)[] => {
    const all = Array.from({ length }, (_, i) => i);
    return length > LONGEST ? [...all.slice(0, EDGE), null, ...all.slice(-EDGE)] : all;
  };
  const cells: string[] = [];
  const collect = (axis: number, offset: number): void => {
    if (axis === shape.length) cells.push(formatValue(values[offset], dtype));
    else for (const i of shown(shape[axis])) if (i !== null) collect(axis + 1, offset + i * strides[axis]);
  };
  collect(0, 0);
  const width = Math.max(0, ...cells.map((cell) => cell.length));
  let next = 0;
  const render = (axis: number): string => {
    if (axis === shape.length) return cells[next++].padStart(width);
    const items = shown(shape[axis]).map((i) => (i === null ? '...' : render(axis + 1)));
    const innermost = axis === shape.length - 1;
    const separator = innermost ? ', ' : `,${'\n'.repeat(Math.max(1, shape.length - axis - 1))}${' '.repeat(axis + 1)}`;
    return `[${items.join(separator)}]`;
  };
  const body = shape.length ? render(0) : cells[0];
  return verbose ? `Tensor ${dtype} [${shape}]\n${body}` : body;
}

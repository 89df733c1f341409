import type { Product } from './product.js';

/** What the layout of a product over threads depends on. */
export type ProductSizes = Pick<Product, 'm' | 'n' | 'k' | 'entries'>;

/** Uniforms of a product's sizes and layout, in the order of `layoutValues`. */
export const LAYOUT_FIELDS = [
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

/** How the result is cut into tiles, and k into splits. */
export interface Layout {
  readonly tileRows: number;
  readonly tileColumns: number;
  readonly splits: number;
  /** Steps along k of a split. */
  readonly depth: number;
}

export const layoutValues = ({ m, n, k, entries, outSize, row, entry }: Product, layout: Layout): number[] => {
  const { tileRows, tileColumns, splits, depth } = layout;
  return [m, n, k, entries, tileRows, tileColumns, splits, depth, outSize, row, entry];
};

/** Lines that find the tile of number `tile`, and its entry and split. */
export const PLACE = `let above = tile / u.tileColumns;
  let tileColumn = tile - above * u.tileColumns;
  let rest = above / u.tileRows;
  let tileRow = above - rest * u.tileRows;
  let split = rest / u.entries;
  entry = rest - split * u.entries;`;

/**
 * Lines for the place of a thread's first sum; groups lie side by side in a row, matrices of a batch each begin one.
 */
export const START = `let channel = entry * u.entry % u.row + column;
  let start = split * u.outSize + entry * u.entry + row * u.row + column;`;

/** Cut k into at most `wanted` splits of at least `least` steps, each a multiple of `unit`. */
export function splitsOf(k: number, wanted: number, least: number, unit: number): Pick<Layout, 'splits' | 'depth'> {
  const most = Math.max(1, Math.min(wanted, Math.ceil(k / least)));
  const depth = Math.ceil(k / most / unit) * unit;
  return { splits: Math.max(1, Math.ceil(k / depth) || 1), depth };
}

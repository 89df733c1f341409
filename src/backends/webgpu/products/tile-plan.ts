import { type Layout, type ProductSizes, splitsOf } from './layout.js';

/** Steps along k that a workgroup holds at a time. */
export const DEPTH = 16;

/** A workgroup makes `rows` × `columns` elements of the result; a thread `side` × `side` of them, in registers. */
export interface Tile {
  readonly rows: number;
  readonly columns: number;
  readonly side: 4 | 8;
}

const MEDIUM: Tile = { rows: 32, columns: 32, side: 4 };
/** Half of the reads from workgroup memory that MEDIUM takes, and a quarter of its workgroups. */
const LARGE: Tile = { rows: 64, columns: 64, side: 8 };
/** For a result of few columns, which would leave most of a square tile empty. */
const NARROW: Tile = { rows: 64, columns: 16, side: 4 };

/** Workgroups that keep a device busy: two for each of 32 cores. */
const ENOUGH_TILES = 64;

/** From this k on, the sum may be split: partial sums are stored and added, always in the same order. */
const LONG_K = 1024;

const LEAST_SPLIT = 256;

/** Workgroups that splits make of few tiles: partial sums are small compared with the values that are read for them. */
const SPLIT_TILES = 512;

export interface TilePlan extends Layout {
  readonly tile: Tile;
}

/** Choose the tile of a product, and how k is split where the result has too few tiles to keep a device busy. */
export function tilePlan({ m, n, k, entries }: ProductSizes): TilePlan {
  const count = ({ rows, columns }: Tile): number => Math.ceil(m / rows) * Math.ceil(n / columns) * entries;
  const isLarge = m >= LARGE.rows && n >= LARGE.columns && count(LARGE) >= ENOUGH_TILES;
  const tile = n <= NARROW.columns ? NARROW : isLarge ? LARGE : MEDIUM;
  const tiles = count(tile);
  const wanted = tiles < ENOUGH_TILES && k >= LONG_K ? Math.ceil(SPLIT_TILES / tiles) : 1;
  return {
    tile,
    tileRows: Math.ceil(m / tile.rows),
    tileColumns: Math.ceil(n / tile.columns),
    ...splitsOf(k, wanted, LEAST_SPLIT, DEPTH),
  };
}

import { DTYPES, type DType } from '../base/dtype.js';
import { accept, type Given, integer, listOf, oneOf, readOptions } from '../base/options.js';
import { isPlainObject } from '../base/show.js';

/** Names of ranks, for tfjs's types with a rank parameter. @example const rank = Rank.R3; */
export enum Rank {
  R0 = 'R0',
  R1 = 'R1',
  R2 = 'R2',
  R3 = 'R3',
  R4 = 'R4',
  R5 = 'R5',
  R6 = 'R6',
}

const OPTIONS = {
  dtype: oneOf(DTYPES).optional(),
  /** null for any size. */
  shape: listOf(integer({ min: 0 }).nullable()).optional(),
  ndim: integer({ min: 0 }).optional(),
  maxNDim: integer({ min: 0 }).optional(),
  minNDim: integer({ min: 0 }).optional(),
  /** Sizes by axis. */
  axes: accept<Readonly<Record<number, number>>>('an object of sizes by axis', isPlainObject).optional(),
};

/**
 * The input specification of a layer written for tfjs. nabla does not read it: layers check their inputs in `call`.
 * @example const spec = new InputSpec({ ndim: 4 });
 */
export class InputSpec {
  readonly dtype?: DType;
  readonly shape?: readonly (number | null)[];
  readonly ndim?: number;
  readonly maxNDim?: number;
  readonly minNDim?: number;
  readonly axes: Readonly<Record<number, number>>;

  constructor(options: Given<typeof OPTIONS>) {
    const { dtype, shape, ndim, maxNDim, minNDim, axes } = readOptions('InputSpec', OPTIONS, options);
    this.dtype = dtype;
    this.shape = shape;
    this.ndim = shape ? shape.length : ndim;
    this.maxNDim = maxNDim;
    this.minNDim = minNDim;
    this.axes = axes ?? {};
  }
}

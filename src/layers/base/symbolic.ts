import { COPY } from '../../base/copy.js';
import type { DType } from '../../base/dtype.js';
import type { Layer } from './layer.js';

/** A shape, in which null is an axis of unknown size. The first axis is the batch. */
export type SymbolicShape = readonly (number | null)[];

/** One call of a layer in a graph. */
export interface GraphNode {
  readonly layer: Layer;
  readonly inputs: readonly SymbolicTensor[];
  readonly outputs: SymbolicTensor[];
  readonly callOptions: Readonly<Record<string, unknown>>;
  /** Index of the call among those of the layer. */
  readonly callIndex: number;
}

/**
 * A value that a model will compute: a shape, and the call that computes it.
 * @example const { shape } = input({ shape: [28, 28, 1] });
 */
export class SymbolicTensor {
  /** For messages: minifiers rename classes. */
  static readonly className = 'SymbolicTensor';
  /** @internal the copy of the package that the class belongs to */
  static readonly copyOfNabla = COPY;

  readonly isSymbolic = true;
  /** Set by the layer that computes it. */
  node!: GraphNode;

  constructor(
    readonly shape: SymbolicShape,
    readonly dtype: DType,
    readonly name: string,
    /** Index among the outputs of its node. */
    readonly outputIndex: number,
  ) {}

  get rank(): number {
    return this.shape.length;
  }
}

export const isSymbolic = (value: unknown): value is SymbolicTensor => value instanceof SymbolicTensor;

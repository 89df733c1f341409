import { ShapeError } from '../../base/errors.js';
import { integer, listOf, type OptionTable } from '../../base/options.js';
import { formatShape } from '../../base/shape.js';
import type { Tensor } from '../../tensor/tensor.js';
import { seed } from '../base/common-options.js';
import type { CallOptions } from '../base/layer.js';
import { SeedSequence } from '../base/seed-sequence.js';
import { UnaryLayer } from '../base/unary-layer.js';

/** Options of every layer of noise. */
export const NOISE = {
  /** Default: the stream of `setSeed`. */
  seed: seed(),
};

/** Shape of a mask of noise, with the batch. */
export const noiseShape = () =>
  listOf(integer({ min: 1 }).nullable())
    .nullable()
    .default(null);

/** A layer that changes its input randomly in training, and returns it otherwise. */
export abstract class NoiseLayer<Own extends OptionTable> extends UnaryLayer<typeof NOISE & Own> {
  static override readonly options: OptionTable = NOISE;
  override readonly supportsMasking = true;

  protected override get takesFloats(): boolean {
    return true;
  }

  protected readonly seeds = new SeedSequence(this.options.seed);

  /** @param x the input, in training */
  protected abstract alter(x: Tensor): Tensor;

  override call(x: Tensor, { training }: CallOptions): Tensor {
    const { rate, stddev } = this.options as { readonly rate?: number; readonly stddev?: number };
    // A rate of 0 changes nothing and draws nothing.
    return training && (rate ?? stddev ?? 0) > 0 ? this.alter(x) : x;
  }
}

/** The shape of a mask for x. @throws ShapeError when it has another rank */
export function maskShape(shape: readonly (number | null)[] | null, x: Tensor): number[] | undefined {
  if (shape && shape.length !== x.rank) {
    throw new ShapeError(`noiseShape is ${formatShape(shape)}, expected ${x.rank} axes for x ${formatShape(x.shape)}`);
  }
  return shape?.map((size, axis) => size ?? x.shape[axis]);
}

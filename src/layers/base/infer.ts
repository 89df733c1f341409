import { withBackend } from '../../backends/registry.js';
import { shapesBackend } from '../../backends/shapes/index.js';
import type { DType } from '../../base/dtype.js';
import { ShapeError } from '../../base/errors.js';
import { assertShape } from '../../base/shape.js';
import { withoutRecording } from '../../ops/op.js';
import { tidy } from '../../tensor/scope.js';
import { allocate, type Tensor } from '../../tensor/tensor.js';
import type { SymbolicShape } from './symbolic.js';

export interface SymbolicSpec {
  readonly shape: SymbolicShape;
  readonly dtype: DType;
}

/**
 * Substitutes for unknown sizes, in two trials. The batch is small. Other axes are large enough for any window and have
 * many divisors, so that they can be halved five times and reshaped.
 */
const TRIALS = [
  { batch: 2, side: 480 },
  { batch: 3, side: 960 },
] as const;

/** Explain in the message of an error which sizes are substitutes. */
function named<T>({ batch, side }: (typeof TRIALS)[number], inputs: readonly SymbolicSpec[], f: () => T): T {
  try {
    return f();
  } catch (error) {
    if (!(error instanceof ShapeError)) throw error;
    const unknown = inputs.flatMap(({ shape }) => shape.flatMap((size, axis) => (size === null ? [axis] : [])));
    const stands = [];
    if (unknown.includes(0) && error.message.includes(`[${batch},`)) stands.push(`${batch} stands for the batch`);
    if (unknown.some((axis) => axis > 0)) stands.push(`${side} for a size that is not known`);
    if (stands.length > 0) error.message = `${error.message}; ${stands.join(', ')}`;
    throw error;
  }
}

/**
 * Return the shapes of a function's results by running it without data. Unknown axes are tried with two sizes; an axis
 * of the result that differs between the trials is unknown too.
 */
export function inferShapes(
  inputs: readonly SymbolicSpec[],
  f: (inputs: Tensor[]) => readonly Tensor[],
): SymbolicSpec[] {
  const dynamic = inputs.some(({ shape }) => shape.includes(null));
  const [first, second] = (dynamic ? TRIALS : TRIALS.slice(0, 1)).map((trial) =>
    withBackend(shapesBackend, () =>
      withoutRecording(() => {
        let specs: { shape: readonly number[]; dtype: DType }[] = [];
        tidy(() => {
          const trials = inputs.map(({ shape, dtype }) =>
            allocate(
              shape.map((size, axis) => size ?? (axis === 0 ? trial.batch : trial.side)),
              dtype,
            ),
          );
          specs = named(trial, inputs, () => f(trials)).map(({ shape, dtype }) => ({ shape, dtype }));
        });
        return specs;
      }),
    ),
  );
  return first.map(({ shape: tried, dtype }, index) => {
    const shape = tried.map((size, axis) => (second && second[index].shape[axis] !== size ? null : size));
    // The trials' sizes may exceed the limit of a tensor, the known ones must not.
    assertShape(
      'output',
      shape.map((size) => size ?? 1),
    );
    return { shape, dtype };
  });
}

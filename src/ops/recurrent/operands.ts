import type { RecurrentGeometry } from '../../backends/kernels.js';
import { assertFloat } from '../../base/dtype.js';
import { DTypeError, ShapeError, ValueError } from '../../base/errors.js';
import { formatShape, type Shape, sameShape } from '../../base/shape.js';
import type { Tensor } from '../../tensor/tensor.js';
import { where } from '../comparison.js';
import { concat } from '../concat.js';
import { matMul } from '../matmul.js';
import type { Spec } from '../op.js';
import { pad } from '../pad.js';
import { reshape } from '../reshape.js';
import { slice } from '../slice.js';

/* Shared parts of the LSTM and GRU ops. Sequences are time-major. */

/**
 * Return the sizes of a recurrence.
 * @param parts how many blocks of `units` a step of z has
 * @throws ShapeError @throws DTypeError
 */
export function recurrentGeometry(
  caller: string,
  parts: number,
  z: Spec,
  others: Readonly<Record<string, Spec | undefined>>,
): RecurrentGeometry {
  assertFloat(caller, 'z', z.dtype);
  const units = (z.shape.at(-1) ?? 0) / parts;
  if (z.shape.length !== 3 || !Number.isInteger(units) || units < 1 || z.shape[0] < 1) {
    throw new ShapeError(`${caller}: z is ${formatShape(z.shape)}, expected [time, batch, ${parts} · units], time ≥ 1`);
  }
  const [time, batch] = z.shape;
  const expected: Readonly<Record<string, Shape>> = {
    recurrentKernel: [units, parts * units],
    recurrentBias: [parts * units],
    hidden: [batch, units],
    cell: [batch, units],
    mask: [time, batch],
  };
  for (const [name, spec] of Object.entries(others)) {
    if (!spec) continue;
    if (!sameShape(spec.shape, expected[name])) {
      throw new ShapeError(`${caller}: ${name} is ${formatShape(spec.shape)}, expected ${formatShape(expected[name])}`);
    }
    const dtype = name === 'mask' ? 'bool' : z.dtype;
    if (spec.dtype !== dtype) throw new DTypeError(`${caller}: ${name} is ${spec.dtype}, expected ${dtype}`);
  }
  return { time, batch, units };
}

/** One step of a sequence: [time, …] → […]. */
export const stepOf = (sequence: Tensor, step: number): Tensor =>
  reshape(slice(sequence, [step], [1]), sequence.shape.slice(1));

/** `value` where the mask of a step counts, `previous` elsewhere; absent states are zeros. @param mask [batch] */
export function whereCounted(mask: Tensor, value: Tensor, previous: Tensor | null): Tensor {
  const rows = reshape(mask, [mask.size, ...value.shape.slice(1).map(() => 1)]);
  return where(rows, value, previous ?? 0);
}

/** The states that each step began with, as rows: [time · batch, units]. @param states h of each step, or more steps */
export function previousStates(states: Tensor, hidden: Tensor | undefined, { time, batch, units }: RecurrentGeometry) {
  const before = slice(states, [0], [time - 1]);
  const all = hidden
    ? concat([reshape(hidden, [1, batch, units]), before], 0)
    : pad(before, [
        [1, 0],
        [0, 0],
        [0, 0],
      ]);
  return reshape(all, [time * batch, units]);
}

/** The gradient of a recurrent kernel: one product over all steps. @param gradients [time, batch, columns] */
export const kernelGradient = (previous: Tensor, gradients: Tensor): Tensor =>
  matMul(previous, reshape(gradients, [previous.shape[0], gradients.shape[2]]), true);

/** The geometry of a gradient; the gradients of the first states take one step more. */
export type GradientGeometry = RecurrentGeometry & { readonly withInitial: boolean };

/** The shape of a recurrence's gradient: four blocks of `units` a step. */
export const inferGradient = ({ gates }: { gates: Spec }, { time, batch, units, withInitial }: GradientGeometry) => ({
  shape: [withInitial ? time + 1 : time, batch, 4 * units],
  dtype: gates.dtype,
});

/** For the gradients of a fused gradient. @throws ValueError */
export function noSecondDerivative(op: string): () => never {
  return () => {
    throw new ValueError(
      `${op}: all steps in one kernel have no second derivative; { unroll: true } computes step by step, with ` +
        'derivatives of every order',
    );
  };
}

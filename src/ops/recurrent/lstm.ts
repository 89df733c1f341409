import type { RecurrentGeometry } from '../../backends/kernels.js';
import { currentBackend } from '../../backends/registry.js';
import { tidy } from '../../tensor/scope.js';
import type { Tensor } from '../../tensor/tensor.js';
import { sigmoid, tanh } from '../activations.js';
import { add, mul } from '../arithmetic.js';
import { stack } from '../concat.js';
import { zeros } from '../creation.js';
import { matMul } from '../matmul.js';
import { type Op, runOp } from '../op.js';
import { reshape } from '../reshape.js';
import { once } from '../shared/once.js';
import { slice } from '../slice.js';
import {
  type GradientGeometry,
  inferGradient,
  kernelGradient,
  noSecondDerivative,
  previousStates,
  recurrentGeometry,
  stepOf,
  whereCounted,
} from './operands.js';

/*
 * LSTM (Hochreiter and Schmidhuber, Neural Computation 9, 1997; with forget gates, Gers et al., 2000):
 *   i, f, o = σ(z + h · U),   g = tanh(z + h · U),   c' = f · c + i · g,   h' = o · tanh(c')
 * with z = x · W + b computed for all steps before. Where a mask is false, c and h stay.
 *
 * Two ops: `lstmGates` runs all steps and returns the values that the gradient reads, flat, followed by the states;
 * `lstmStates`
 * takes these out, and its gradients are the derivatives of the whole recurrence, in which the gates are constants.
 */

type Inputs = {
  z: Tensor;
  recurrentKernel: Tensor;
  hidden: Tensor | undefined;
  cell: Tensor | undefined;
  mask: Tensor | undefined;
};

const lstmGatesOp: Op<Inputs, null, RecurrentGeometry> = {
  name: 'lstmGates',
  infer: ({ z, ...others }) => {
    const plan = recurrentGeometry('lstm', 4, z, others);
    const { time, batch, units } = plan;
    return { shape: [(time * 5 + time + 1) * batch * units], dtype: z.dtype, plan };
  },
  forward: (kernels, { z, recurrentKernel, hidden, cell, mask }, out, _, geometry) =>
    kernels.lstm!(z, recurrentKernel, hidden ?? null, cell ?? null, mask ?? null, out, geometry),
  gradient: () => ({ z: null, recurrentKernel: null, hidden: null, cell: null, mask: null }),
};

type Given = readonly ('hidden' | 'cell' | 'mask')[];

const lstmStatesOp: Op<Inputs & { gates: Tensor }, RecurrentGeometry & { readonly given: Given }> = {
  name: 'lstmStates',
  infer: ({ z }, { time, batch, units }) => ({ shape: [time + 1, batch, units], dtype: z.dtype }),
  forward: (kernels, { gates }, { dtype, size, buffer }) =>
    kernels.slice(gates, { shape: [size], dtype, size, buffer }, [gates.size - size], [1]),
  reads: ({ given }) => {
    const steps = ['gates', 'recurrentKernel', ...given.filter((name) => name !== 'hidden')] as const;
    const hidden = given.filter((name) => name === 'hidden');
    return { z: steps, recurrentKernel: [...steps, ...hidden, 'output'], hidden: steps, cell: steps };
  },
  gradient: (dy, { inputs: { gates, recurrentKernel, hidden, cell, mask }, output, options }) => {
    const { time, batch, units } = options;
    const withInitial = hidden !== undefined || cell !== undefined;
    const inputs = { outputGradient: dy, gates, recurrentKernel, cell, mask };
    const all = once(() => runOp(lstmGradientOp, inputs, { ...options, withInitial }));
    const z = once(() => (withInitial ? slice(all(), [0], [time]) : all()));
    const initial = (column: number) => () =>
      reshape(slice(all(), [time, 0, column], [1, batch, units]), [batch, units]);
    return {
      z,
      recurrentKernel: () => kernelGradient(previousStates(output, hidden, options), z()),
      hidden: hidden ? initial(0) : null,
      cell: cell ? initial(units) : null,
      mask: null,
      gates: null,
    };
  },
};

type GradientInputs = Omit<Inputs, 'z' | 'hidden'> & { outputGradient: Tensor; gates: Tensor };

const lstmGradientOp: Op<GradientInputs, GradientGeometry> = {
  name: 'lstmGradient',
  infer: inferGradient,
  forward: (kernels, { outputGradient, gates, recurrentKernel, cell, mask }, out, geometry) =>
    kernels.lstmGradient!(outputGradient, gates, recurrentKernel, cell ?? null, mask ?? null, out, geometry),
  gradient: () => {
    const refused = noSecondDerivative('lstm');
    return { outputGradient: refused, gates: refused, recurrentKernel: refused, cell: refused, mask: null };
  },
};

/** States that a recurrence begins with; zeros where they are absent. */
interface Start {
  /** [batch, units] */
  readonly hidden?: Tensor | null;
  /** [batch, units] */
  readonly cell?: Tensor | null;
  /** bool [time, batch]; where it is false the states stay. Default: all steps count. */
  readonly mask?: Tensor | null;
}

/** States that a recurrence ends with. */
export interface LSTMStates {
  /** h of every step, [time, batch, units] */
  readonly sequence: Tensor;
  /** The last c, [batch, units] */
  readonly cell: Tensor;
}

/**
 * @internal Run an LSTM over all steps of a sequence, in one kernel where the backend has it.
 * @param z the input's part of the gates i, f, g, o: [time, batch, 4 · units]
 * @param recurrentKernel [units, 4 · units]
 * @throws ShapeError @throws DTypeError
 */
export function lstm(z: Tensor, recurrentKernel: Tensor, start: Start = {}): LSTMStates {
  const [hidden, cell, mask] = [start.hidden ?? undefined, start.cell ?? undefined, start.mask ?? undefined];
  const inputs = { z, recurrentKernel, hidden, cell, mask };
  const geometry = recurrentGeometry('lstm', 4, z, { recurrentKernel, hidden, cell, mask });
  return tidy(() => {
    if (!currentBackend().kernels.lstm) return stepByStep(inputs, geometry);
    const gates = runOp(lstmGatesOp, inputs, null);
    const given = (['hidden', 'cell', 'mask'] as const).filter((name) => inputs[name]);
    const states = runOp(lstmStatesOp, { ...inputs, gates }, { ...geometry, given });
    const { time, batch, units } = geometry;
    return { sequence: slice(states, [0], [time]), cell: reshape(slice(states, [time]), [batch, units]) };
  });
}

function stepByStep(
  { z, recurrentKernel, hidden, cell, mask }: Inputs,
  { time, batch, units }: RecurrentGeometry,
): LSTMStates {
  // Zeros, so that a single step has a gradient of the kernel too.
  let h = hidden ?? zeros([batch, units], z.dtype);
  let c = cell ?? null;
  const outputs: Tensor[] = [];
  for (let step = 0; step < time; step++) {
    const input = stepOf(z, step);
    const next = lstmStep(add(input, matMul(h, recurrentKernel)), c);
    const counted = mask && stepOf(mask, step);
    [h, c] = counted
      ? [whereCounted(counted, next.hidden, h), whereCounted(counted, next.cell, c)]
      : [next.hidden, next.cell];
    outputs.push(h);
  }
  return { sequence: stack(outputs), cell: c! };
}

type Activation = (x: Tensor) => Tensor;

/**
 * @internal One step of an LSTM.
 * @param z the sums of the gates i, f, g, o: [batch, …, 4 · units] @param cell [batch, …, units]; null for zeros
 */
export function lstmStep(
  z: Tensor,
  cell: Tensor | null,
  activation: Activation = tanh,
  recurrentActivation: Activation = sigmoid,
): { readonly hidden: Tensor; readonly cell: Tensor } {
  const outer = z.shape.slice(0, -1);
  const units = z.shape.at(-1)! / 4;
  return tidy(() => {
    const gate = (index: number) => slice(z, [...outer.map(() => 0), index * units], [...outer, units]);
    const added = mul(recurrentActivation(gate(0)), activation(gate(2)));
    const next = cell ? add(mul(recurrentActivation(gate(1)), cell), added) : added;
    return { hidden: mul(recurrentActivation(gate(3)), activation(next)), cell: next };
  });
}

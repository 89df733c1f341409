import type { RecurrentGeometry } from '../../backends/kernels.js';
import { currentBackend } from '../../backends/registry.js';
import { tidy } from '../../tensor/scope.js';
import type { Tensor } from '../../tensor/tensor.js';
import { sigmoid, tanh } from '../activations.js';
import { add, mul, sub } from '../arithmetic.js';
import { sum } from '../broadcast.js';
import { concat, stack } from '../concat.js';
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
 * GRU (Cho et al., arXiv:1406.1078) with the reset gate after the product, as CuDNN and PyTorch compute it. With
 * p = h · U + b' and z = x · W + b of all steps before:
 *   update, reset = σ(z + p),   n = tanh(z + reset · p),   h' = update · h + (1 − update) · n
 * The two ops are made as those of lstm.ts.
 */

type Inputs = {
  z: Tensor;
  recurrentKernel: Tensor;
  recurrentBias: Tensor | undefined;
  hidden: Tensor | undefined;
  mask: Tensor | undefined;
};

const gruGatesOp: Op<Inputs, null, RecurrentGeometry> = {
  name: 'gruGates',
  infer: ({ z, ...others }) => {
    const plan = recurrentGeometry('gru', 3, z, others);
    return { shape: [plan.time * 5 * plan.batch * plan.units], dtype: z.dtype, plan };
  },
  forward: (kernels, { z, recurrentKernel, recurrentBias, hidden, mask }, out, _, geometry) =>
    kernels.gru!(z, recurrentKernel, recurrentBias ?? null, hidden ?? null, mask ?? null, out, geometry),
  gradient: () => ({ z: null, recurrentKernel: null, recurrentBias: null, hidden: null, mask: null }),
};

type Given = readonly ('hidden' | 'mask')[];

const gruStatesOp: Op<Inputs & { gates: Tensor }, RecurrentGeometry & { readonly given: Given }> = {
  name: 'gruStates',
  infer: ({ z }, { time, batch, units }) => ({ shape: [time, batch, units], dtype: z.dtype }),
  forward: (kernels, { gates }, { dtype, size, buffer }) =>
    kernels.slice(gates, { shape: [size], dtype, size, buffer }, [gates.size - size], [1]),
  reads: ({ given }) => {
    const steps = ['gates', 'recurrentKernel', ...given] as const;
    return { z: steps, recurrentKernel: [...steps, 'output'], recurrentBias: steps, hidden: steps };
  },
  gradient: (dy, { inputs: { gates, recurrentKernel, recurrentBias, hidden, mask }, output, options }) => {
    const { time, batch, units } = options;
    const inputs = { outputGradient: dy, gates, recurrentKernel, hidden, mask };
    const all = once(() => runOp(gruGradientOp, inputs, { ...options, withInitial: hidden !== undefined }));
    const blocks = (first: number, count: number) => slice(all(), [0, 0, first * units], [time, batch, count * units]);
    const recurrent = once(() => blocks(0, 3));
    return {
      z: () => concat([blocks(0, 2), blocks(3, 1)], 2),
      recurrentKernel: () => kernelGradient(previousStates(output, hidden, options), recurrent()),
      recurrentBias: recurrentBias ? () => sum(reshape(recurrent(), [time * batch, 3 * units]), 0) : null,
      hidden: hidden ? () => reshape(slice(all(), [time], [1, batch, units]), [batch, units]) : null,
      mask: null,
      gates: null,
    };
  },
};

type GradientInputs = Omit<Inputs, 'z' | 'recurrentBias'> & { outputGradient: Tensor; gates: Tensor };

const gruGradientOp: Op<GradientInputs, GradientGeometry> = {
  name: 'gruGradient',
  infer: inferGradient,
  forward: (kernels, { outputGradient, gates, recurrentKernel, hidden, mask }, out, geometry) =>
    kernels.gruGradient!(outputGradient, gates, recurrentKernel, hidden ?? null, mask ?? null, out, geometry),
  gradient: () => {
    const refused = noSecondDerivative('gru');
    return { outputGradient: refused, gates: refused, recurrentKernel: refused, hidden: refused, mask: null };
  },
};

interface Start {
  /** [3 · units]; default zeros */
  readonly recurrentBias?: Tensor | null;
  /** [batch, units]; default zeros */
  readonly hidden?: Tensor | null;
  /** bool [time, batch]; where it is false the state stays. Default: all steps count. */
  readonly mask?: Tensor | null;
}

/**
 * @internal Run a GRU over all steps of a sequence, in one kernel where the backend has it.
 * @param z the input's part of update, reset and n: [time, batch, 3 · units]
 * @param recurrentKernel [units, 3 · units]
 * @returns h of every step, [time, batch, units]
 * @throws ShapeError @throws DTypeError
 */
export function gru(z: Tensor, recurrentKernel: Tensor, start: Start = {}): Tensor {
  const [recurrentBias, hidden] = [start.recurrentBias ?? undefined, start.hidden ?? undefined];
  const inputs = { z, recurrentKernel, recurrentBias, hidden, mask: start.mask ?? undefined };
  const { z: _, ...others } = inputs;
  const geometry = recurrentGeometry('gru', 3, z, others);
  return tidy(() => {
    if (!currentBackend().kernels.gru) return stepByStep(inputs, geometry);
    const gates = runOp(gruGatesOp, inputs, null);
    const given = (['hidden', 'mask'] as const).filter((name) => inputs[name]);
    return runOp(gruStatesOp, { ...inputs, gates }, { ...geometry, given });
  });
}

function stepByStep(
  { z, recurrentKernel, recurrentBias, hidden, mask }: Inputs,
  { time, batch, units }: RecurrentGeometry,
): Tensor {
  let h = hidden ?? zeros([batch, units], z.dtype);
  const outputs: Tensor[] = [];
  for (let step = 0; step < time; step++) {
    const product = matMul(h, recurrentKernel);
    const next = gruStep(stepOf(z, step), recurrentBias ? add(product, recurrentBias) : product, h);
    h = mask ? whereCounted(stepOf(mask, step), next, h) : next;
    outputs.push(h);
  }
  return stack(outputs);
}

type Activation = (x: Tensor) => Tensor;

/**
 * @internal One step of a GRU with the reset gate after the product.
 * @param z the input's part of update, reset and n: [batch, 3 · units] @param product the state's part, shaped as z
 * @param hidden the state, [batch, units]
 */
export function gruStep(
  z: Tensor,
  product: Tensor,
  hidden: Tensor,
  activation: Activation = tanh,
  recurrentActivation: Activation = sigmoid,
): Tensor {
  return tidy(() => {
    const part = (x: Tensor, index: number) => slice(x, [0, index * hidden.shape[1]], hidden.shape);
    const update = recurrentActivation(add(part(z, 0), part(product, 0)));
    const reset = recurrentActivation(add(part(z, 1), part(product, 1)));
    const candidate = activation(add(part(z, 2), mul(reset, part(product, 2))));
    return add(mul(update, hidden), mul(sub(1, update), candidate));
  });
}

import type { Activation, FusedEpilogue, Kernels, Operand } from '../backends/kernels.js';
import type { ConvGeometry } from '../base/geometry.js';
import { add, div, mul, sub } from '../ops/arithmetic.js';
import { unstack } from '../ops/concat.js';
import { sqrt } from '../ops/unary.js';
import type { Constants } from './constants.js';
import { countReaders, lastOf } from './readers.js';
import { type AnyOp, isConstant, rootOf, type Source, type Step } from './value.js';

/** Options of the convolution in a plan; its geometry is the step's plan. */
interface Options {
  readonly activation: Activation | null;
  readonly alpha: number;
}

type Inputs = Record<'x' | 'filter', Operand<unknown>> &
  Partial<Record<'scale' | 'bias' | 'residual', Operand<unknown>>>;

/** activation(conv2d(x, filter) · scale + bias + residual). No tape sees it, so it has no gradient. */
const fusedConv2d = {
  name: 'fusedConv2d',
  forward: (kernels: Kernels, inputs: Inputs, out: Operand<unknown>, options: Options, geometry: ConvGeometry) => {
    const { x, filter, scale, bias, residual } = inputs;
    const epilogue: FusedEpilogue<unknown> = {
      scale: scale ?? null,
      bias: bias ?? null,
      residual: residual ?? null,
      activation: options.activation,
      alpha: options.alpha,
    };
    kernels.fusedConv2d!(x, filter, out, geometry, epilogue);
  },
} as unknown as AnyOp;

const isFused = (step: Step | undefined): step is Step => step?.op === fusedConv2d;

const optionsOf = ({ options }: Step): Options => options as Options;

/** Replace every conv2d by a convolution that can be fused. */
export const asFused = (steps: readonly Step[]): Step[] =>
  steps.map((step) => (step.op.name === 'conv2d' ? { ...step, op: fusedConv2d } : step));

/**
 * The convolution that computes a source, if nothing else reads its output and neither an activation nor a residual has
 * been fused into it.
 */
function bareConvolution(
  source: Source,
  steps: readonly Step[],
  readers: ReadonlyMap<Source, number>,
): Step | undefined {
  const root = rootOf(source);
  const step = steps.find(({ output }) => output === root);
  if (!isFused(step) || optionsOf(step).activation || step.inputs.residual) return undefined;
  return source.shape.length === 4 && readers.get(root) === 1 ? step : undefined;
}

/**
 * Batch norm with given statistics becomes a part of the convolution before it:
 * (sums + bias − mean) · scale + beta, with scale = gamma / √(variance + epsilon). A sum and an activation that the
 * norm ends with come along.
 */
export function foldBatchNorms(given: readonly Step[], outputs: readonly Source[], constants: Constants): Step[] {
  let steps = [...given];
  const readers = countReaders(given, outputs);
  for (const norm of given) {
    const { x, moments, gamma, beta } = norm.inputs;
    if (norm.op.name !== 'batchNorm' || ![moments, gamma, beta].every((source) => source && isConstant(source)))
      continue;
    const convolution = bareConvolution(x!, steps, readers);
    if (!convolution || convolution.inputs.scale || !isConstant(convolution.inputs.filter!)) continue;
    const { epsilon, activation } = norm.options as {
      readonly epsilon: number;
      readonly activation: Activation | null;
    };
    const [scale, bias] = foldedInto(
      convolution,
      { moments: moments!, gamma: gamma!, beta: beta!, epsilon },
      constants,
    );
    const inputs = { ...convolution.inputs, scale, bias, residual: norm.inputs.residual };
    const options: Options = { activation, alpha: 0 };
    steps = merged(steps, convolution, norm, { ...convolution, inputs, options, output: norm.output });
  }
  return steps;
}

interface Norm {
  readonly moments: Source;
  readonly gamma: Source;
  readonly beta: Source;
  readonly epsilon: number;
}

/** Scale and bias of a convolution followed by a batch norm. */
function foldedInto(
  { inputs: { bias } }: Step,
  { moments, gamma, beta, epsilon }: Norm,
  constants: Constants,
): [scale: Source, bias: Source] {
  const scale = constants.express(`scale, epsilon ${epsilon}`, [moments, gamma], (m, g) =>
    div(g, sqrt(add(unstack(m)[1], epsilon))),
  );
  if (!bias) {
    const shift = constants.express('shift', [moments, scale, beta], (m, s, b) => sub(b, mul(unstack(m)[0], s)));
    return [scale, shift];
  }
  const shifted = constants.express('shifted bias', [moments, scale, beta, bias], (m, s, b, c) =>
    add(b, mul(sub(c, unstack(m)[0]), s)),
  );
  return [scale, shifted];
}

/**
 * The sum of a convolution and a value of its shape becomes a part of the convolution, which runs where the sum did.
 */
export function fuseSums(given: readonly Step[], outputs: readonly Source[]): Step[] {
  let steps = [...given];
  const readers = countReaders(given, outputs);
  for (const sum of given) {
    const { a, b } = sum.inputs;
    if (sum.op.name !== 'add' || String(a!.shape) !== String(b!.shape)) continue;
    const candidates = [a!, b!].map((source) => bareConvolution(source, steps, readers));
    const convolution = lastOf(candidates, steps);
    if (!convolution || rootOf(a!) === rootOf(b!)) continue;
    const residual = candidates[0] === convolution ? b! : a!;
    const inputs = { ...convolution.inputs, residual };
    steps = merged(steps, convolution, sum, { ...convolution, inputs, output: sum.output });
  }
  return steps;
}

/** Take `earlier` out, and put `step` in the place of `later`. */
const merged = (steps: readonly Step[], earlier: Step, later: Step, step: Step): Step[] =>
  steps.filter((each) => each !== earlier).map((each) => (each === later ? step : each));

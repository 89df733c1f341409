import { currentBackend } from '../backends/registry.js';
import { assertFloat, isFloat } from '../base/dtype.js';
import { DTypeError, ShapeError } from '../base/errors.js';
import { formatShape, sameShape } from '../base/shape.js';
import { tidy } from '../tensor/scope.js';
import type { Tensor } from '../tensor/tensor.js';
import { mul, sub } from './arithmetic.js';
import { sum } from './broadcast.js';
import { oneHot } from './creation.js';
import { type Op, runOp, type Spec, type SpecsOf } from './op.js';
import { expandDims } from './reshape.js';
import { once } from './shared/once.js';
import { logSoftmax, softmax } from './softmax.js';
import { neg } from './unary.js';

/*
 * The cross-entropy between labels y and p = softmax(x) over the last axis, −Σ y · ln p, and its gradient
 * p · Σ y − y, each in one pass over x. Labels are a distribution shaped as x, or int32 class numbers; a class that
 * does not exist stands for a y of zeros, as in `oneHot`. Backends without the kernels compute the same by other ops.
 */

type Inputs = { logits: Tensor; labels: Tensor };

interface Options {
  /** Labels are class numbers, which have no gradient. */
  readonly areClasses: boolean;
}

const optionsOf = ({ dtype }: Tensor): Options => ({ areClasses: dtype === 'int32' });

function assertLabels({ logits, labels }: SpecsOf<Inputs>): void {
  const caller = 'softmaxCrossentropy';
  assertFloat(caller, 'logits', logits.dtype);
  if (logits.shape.length === 0) throw new ShapeError(`${caller}: logits are [], expected rank 1 or more`);
  if (labels.dtype !== 'int32' && labels.dtype !== logits.dtype)
    throw new DTypeError(`${caller}: labels are ${labels.dtype}, expected ${logits.dtype}, as logits, or int32`);
  const expected = labels.dtype === 'int32' ? logits.shape.slice(0, -1) : logits.shape;
  if (sameShape(labels.shape, expected)) return;
  throw new ShapeError(`${caller}: labels are ${formatShape(labels.shape)}, expected ${formatShape(expected)}`);
}

const softmaxCrossentropyOp: Op<Inputs, Options> = {
  name: 'softmaxCrossentropy',
  infer: (inputs) => {
    assertLabels(inputs);
    return { shape: inputs.logits.shape.slice(0, -1), dtype: inputs.logits.dtype };
  },
  forward: (kernels, { logits, labels }, out) => kernels.softmaxCrossentropy!(logits, labels, out),
  reads: ({ areClasses }) => ({ logits: ['logits', 'labels'], labels: areClasses ? [] : ['logits'] }),
  gradient: (dy, { inputs: { logits, labels }, options: { areClasses } }) => ({
    logits: () => softmaxCrossentropyGradient(dy, logits, labels),
    labels: areClasses ? null : () => mul(neg(logSoftmax(logits)), expandDims(dy, -1)),
  }),
};

type GradientInputs = Inputs & { outputGradient: Tensor };

/** g · (p · Σ y − y), g the gradient of the cross-entropy of each row. */
const softmaxCrossentropyGradientOp: Op<GradientInputs, Options> = {
  name: 'softmaxCrossentropyGradient',
  infer: ({ logits }: { readonly logits: Spec }) => ({ shape: logits.shape, dtype: logits.dtype }),
  forward: (kernels, { outputGradient, logits, labels }, out) =>
    kernels.softmaxCrossentropyGradient!(outputGradient, logits, labels, out),
  reads: ({ areClasses }) => ({
    outputGradient: ['logits', 'labels'],
    logits: ['outputGradient', 'logits', 'labels'],
    labels: areClasses ? [] : ['outputGradient', 'logits'],
  }),
  gradient: (dd, { inputs: { outputGradient, logits, labels }, options: { areClasses } }) => {
    const p = once(() => softmax(logits));
    const y = once(() => distribution(labels, logits));
    const g = once(() => expandDims(outputGradient, -1));
    const total = once(() => sum(y(), -1, true));
    const weighted = once(() => mul(p(), dd));
    return {
      outputGradient: () => sum(mul(dd, sub(mul(p(), total()), y())), -1),
      logits: () => mul(sub(weighted(), mul(p(), sum(weighted(), -1, true))), mul(g(), total())),
      labels: areClasses ? null : () => mul(sub(sum(weighted(), -1, true), dd), g()),
    };
  },
};

/** Labels as a distribution, shaped as the logits. */
function distribution(labels: Tensor, logits: Tensor): Tensor {
  return isFloat(labels.dtype) ? labels : oneHot(labels, logits.shape[logits.rank - 1], 1, 0, logits.dtype);
}

/**
 * @internal −Σ y · ln softmax(logits) over the last axis.
 * @param logits [..., classes]
 * @param labels shaped as the logits, or int32 class numbers [...]
 * @throws ShapeError @throws DTypeError
 */
export function softmaxCrossentropy(logits: Tensor, labels: Tensor): Tensor {
  if (currentBackend().kernels.softmaxCrossentropy)
    return runOp(softmaxCrossentropyOp, { logits, labels }, optionsOf(labels));
  assertLabels({ logits, labels });
  return tidy(() => neg(sum(mul(distribution(labels, logits), logSoftmax(logits)), -1)));
}

function softmaxCrossentropyGradient(outputGradient: Tensor, logits: Tensor, labels: Tensor): Tensor {
  if (currentBackend().kernels.softmaxCrossentropyGradient)
    return runOp(softmaxCrossentropyGradientOp, { outputGradient, logits, labels }, optionsOf(labels));
  return tidy(() => {
    const y = distribution(labels, logits);
    return mul(sub(mul(softmax(logits), sum(y, -1, true)), y), expandDims(outputGradient, -1));
  });
}

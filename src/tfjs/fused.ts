import { ValueError } from '../base/errors.js';
import { boolean, type Given, number, type Options, oneOf, readOptions } from '../base/options.js';
import { elu, leakyRelu, prelu, relu, relu6, sigmoid } from '../ops/activations.js';
import { add } from '../ops/arithmetic.js';
import { fusedConv2d } from '../ops/conv2d.js';
import { depthwiseConv2d as convolveEach } from '../ops/depthwise-conv2d.js';
import { fusedMatMul } from '../ops/matmul.js';
import { paddingOption, windowSides } from '../ops/shared/image-operands.js';
import { tensorLike } from '../ops/shared/tensor-options.js';
import { type TensorLike, toTensor } from '../tensor/convert.js';
import { tidy } from '../tensor/scope.js';
import type { Tensor } from '../tensor/tensor.js';

/* tfjs's `fused`: an op, a bias and an activation, as options of one call. */

const EPILOGUE = {
  /** Added to the result; any shape that broadcasts to that of the result. */
  bias: tensorLike().optional(),
  /** Default `'linear'`. */
  activation: oneOf(['linear', 'relu', 'relu6', 'elu', 'sigmoid', 'leakyrelu', 'prelu']).default('linear'),
  /** For `'prelu'`. */
  preluActivationWeights: tensorLike().optional(),
  /** Slope of `'leakyrelu'`; default 0.2. */
  leakyreluAlpha: number({ min: 0 }).optional(),
};

const WINDOW = {
  x: tensorLike(),
  filter: tensorLike(),
  strides: windowSides().default(1),
  pad: paddingOption().default('valid'),
  /** Only `'NHWC'`. */
  dataFormat: oneOf(['NHWC']).default('NHWC'),
  dilations: windowSides().default(1),
  /** Handling of a last window that does not fit, for padding given in pixels; default floor. */
  dimRoundingMode: oneOf(['floor', 'round', 'ceil']).optional(),
};

const CONV2D = { ...WINDOW, ...EPILOGUE };

const MATMUL = {
  a: tensorLike(),
  b: tensorLike(),
  transposeA: boolean().default(false),
  transposeB: boolean().default(false),
  ...EPILOGUE,
};

type Epilogue = Options<typeof EPILOGUE>;

type Fused = 'relu' | 'relu6' | 'elu' | 'sigmoid' | 'leakyRelu';

/** Activations that the kernels fuse. */
const FUSED: Readonly<Record<string, Fused>> = {
  relu: 'relu',
  relu6: 'relu6',
  elu: 'elu',
  sigmoid: 'sigmoid',
  leakyrelu: 'leakyRelu',
};

/** The parts that the kernel fuses, and the rest: a bias without one value per channel, an unsupported activation. */
function finish(
  caller: string,
  { bias, activation, preluActivationWeights, leakyreluAlpha }: Epilogue,
  run: (fused: { bias?: TensorLike; activation?: Fused; alpha?: number }) => Tensor,
): Tensor {
  return tidy(() => {
    const added = bias === undefined ? null : toTensor(caller, 'bias', bias);
    const isFused = added === null || added.rank === 1;
    const fused = isFused ? FUSED[activation] : undefined;
    const result = run({
      ...(isFused && added ? { bias: added } : {}),
      ...(fused ? { activation: fused, alpha: activation === 'leakyrelu' ? leakyreluAlpha : undefined } : {}),
    });
    const biased = isFused || !added ? result : add(result, added);
    if (fused) return biased;
    if (activation !== 'prelu') return activate(activation, biased, leakyreluAlpha);
    if (preluActivationWeights === undefined) throw new ValueError(`${caller}: prelu needs preluActivationWeights`);
    return prelu(biased, preluActivationWeights);
  });
}

function activate(name: Epilogue['activation'], x: Tensor, alpha: number | undefined): Tensor {
  if (name === 'leakyrelu') return leakyRelu(x, alpha);
  const functions: Readonly<Record<string, (x: Tensor) => Tensor>> = { relu, relu6, elu, sigmoid };
  return functions[name]?.(x) ?? x;
}

/**
 * activation(conv2d(x, filter) + bias).
 * @throws ShapeError @throws ValueError
 * @example fused.conv2d({ x, filter, strides: 1, pad: 'same', bias, activation: 'relu' })
 */
export function conv2d(options: Given<typeof CONV2D>): Tensor {
  const given = readOptions('fused.conv2d', CONV2D, options);
  const { x, filter, strides, pad, dilations, dimRoundingMode } = given;
  const window = { x, filter, strides, padding: pad, dilations, dimRoundingMode };
  return finish('fused.conv2d', given, (fused) => fusedConv2d({ ...window, ...fused }));
}

/**
 * activation(depthwiseConv2d(x, filter) + bias).
 * @throws ShapeError @throws ValueError
 * @example fused.depthwiseConv2d({ x, filter, strides: 1, pad: 'same', activation: 'relu6' })
 */
export function depthwiseConv2d(options: Given<typeof CONV2D>): Tensor {
  const given = readOptions('fused.depthwiseConv2d', CONV2D, options);
  const { x, filter, strides, pad, dataFormat, dilations, dimRoundingMode, bias, activation, leakyreluAlpha } = given;
  // No kernel fuses bias or activation into this convolution.
  return tidy(() => {
    const convolved = convolveEach(x, filter, strides, pad, dataFormat, dilations, dimRoundingMode);
    const biased = bias === undefined ? convolved : add(convolved, bias);
    return finish('fused.depthwiseConv2d', { ...given, bias: undefined }, ({ activation: fused }) =>
      fused ? activate(activation, biased, leakyreluAlpha) : biased,
    );
  });
}

/**
 * activation(matMul(a, b) + bias).
 * @throws ShapeError @throws ValueError
 * @example fused.matMul({ a, b, bias, activation: 'relu' })
 */
export function matMul(options: Given<typeof MATMUL>): Tensor {
  const given = readOptions('fused.matMul', MATMUL, options);
  const { a, b, transposeA, transposeB } = given;
  return finish('fused.matMul', given, (fused) => fusedMatMul({ a, b, transposeA, transposeB, ...fused }));
}

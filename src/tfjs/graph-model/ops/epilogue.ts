import { elu, leakyRelu, prelu, relu, relu6, sigmoid, tanh } from '../../../ops/activations.js';
import type { Tensor } from '../../../tensor/tensor.js';
import type { OpCall } from '../op-call.js';

/** What a fused node does behind its product or convolution. */
interface Epilogue {
  readonly bias: Tensor | undefined;
  /** The function that the kernel computes itself. */
  readonly fused: { readonly activation?: 'relu' | 'relu6' | 'elu' | 'sigmoid' | 'leakyRelu'; readonly alpha?: number };
  /** Apply the function that the kernel does not compute. */
  finish(y: Tensor): Tensor;
}

const FUSED = { Relu: 'relu', Relu6: 'relu6', Elu: 'elu', Sigmoid: 'sigmoid', LeakyRelu: 'leakyRelu' } as const;
const APART: Readonly<Record<string, (x: Tensor) => Tensor>> = {
  Tanh: tanh,
  Relu: relu,
  Relu6: relu6,
  Elu: (x) => elu(x),
  Sigmoid: sigmoid,
};

/** Read `fused_ops`: a bias and a function, as TensorFlow's remapper and tfjs's converter write them. */
export function epilogue(call: OpCall): Epilogue {
  const { attributes } = call;
  const names = attributes.texts('fused_ops');
  const [first, second, ...rest] = names;
  const biased = first === 'BiasAdd';
  const name = biased ? second : first;
  const known = name === undefined || name in FUSED || name in APART || name === 'Prelu';
  if (!known || rest.length > 0 || (!biased && second !== undefined)) {
    throw call.fail(
      `fused_ops are ${names.join(', ')}, expected BiasAdd and a function: ${Object.keys(FUSED).join(', ')}, Tanh, Prelu`,
    );
  }
  const bias = biased ? call.tensor(2) : undefined;
  if (name === 'Prelu') return { bias, fused: {}, finish: (y) => prelu(y, call.tensor(biased ? 3 : 2)) };
  if (name === 'LeakyRelu') {
    const alpha = attributes.number('leakyrelu_alpha', 0.2);
    return { bias, fused: { activation: 'leakyRelu', alpha }, finish: (y) => y };
  }
  if (name !== undefined && name in FUSED)
    return { bias, fused: { activation: FUSED[name as keyof typeof FUSED] }, finish: (y) => y };
  return { bias, fused: {}, finish: name === undefined ? (y) => y : APART[name] };
}

/** Apply the whole epilogue, for kernels that have none. */
export function applyAll(call: OpCall, y: Tensor, add: (y: Tensor, bias: Tensor) => Tensor): Tensor {
  const { bias, fused, finish } = epilogue(call);
  const biased = bias ? add(y, bias) : y;
  if (fused.activation === 'leakyRelu') return leakyRelu(biased, fused.alpha);
  const name = Object.keys(FUSED).find((each) => FUSED[each as keyof typeof FUSED] === fused.activation);
  return name ? APART[name](biased) : finish(biased);
}

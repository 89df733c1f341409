import type { Activation } from '../backends/kernels.js';
import { namedFunction, nameForCopies } from '../base/copy.js';
import { ValueError } from '../base/errors.js';
import { snakeCase } from '../base/names.js';
import { Registry } from '../base/registry.js';
import { registeredFunction, registeredNameOf } from '../base/serialization.js';
import { elu, gelu, leakyRelu, relu, relu6, selu, sigmoid, silu, softplus, tanh } from '../ops/activations.js';
import { add, div, mul } from '../ops/arithmetic.js';
import { logSoftmax, softmax } from '../ops/softmax.js';
import { abs, clipByValue, exp } from '../ops/unary.js';
import type { Tensor } from '../tensor/tensor.js';
import { rememberLogits } from './logits.js';

/** Names for the option `activation` of layers. */
export type ActivationName =
  | 'linear'
  | 'relu'
  | 'relu6'
  | 'leakyRelu'
  | 'elu'
  | 'selu'
  | 'sigmoid'
  | 'hardSigmoid'
  | 'keras2HardSigmoid'
  | 'tanh'
  | 'softmax'
  | 'logSoftmax'
  | 'softplus'
  | 'softsign'
  | 'silu'
  | 'swish'
  | 'gelu'
  | 'mish'
  | 'hardSilu'
  | 'hardSwish'
  | 'exponential';

/** A name in any spelling, or a function of a tensor. */
export type ActivationIdentifier = ActivationName | (string & {}) | ((x: Tensor) => Tensor);

const withLogits =
  (f: (x: Tensor) => Tensor, kind: 'softmax' | 'sigmoid') =>
  (x: Tensor): Tensor =>
    rememberLogits(f(x), x, kind);

const hardSigmoid = (x: Tensor): Tensor => clipByValue(add(div(x, 6), 0.5), 0, 1);

/** The hard_sigmoid of Keras 1, Keras 2 and tfjs. */
const keras2HardSigmoid = (x: Tensor): Tensor => clipByValue(add(mul(x, 0.2), 0.5), 0, 1);

const hardSilu = (x: Tensor): Tensor => mul(x, hardSigmoid(x));

const FUNCTIONS: { readonly [Name in ActivationName]: (x: Tensor) => Tensor } = {
  linear: (x) => x,
  relu,
  relu6,
  // Keras 3's default slope for the activation by name.
  leakyRelu: (x) => leakyRelu(x, 0.2),
  elu: (x) => elu(x),
  selu,
  sigmoid: withLogits(sigmoid, 'sigmoid'),
  hardSigmoid,
  keras2HardSigmoid,
  tanh,
  softmax: withLogits((x) => softmax(x), 'softmax'),
  logSoftmax: (x) => logSoftmax(x),
  softplus,
  softsign: (x) => div(x, add(abs(x), 1)),
  silu,
  swish: silu,
  gelu,
  // @see Misra, arXiv:1908.08681
  mish: (x) => mul(x, tanh(softplus(x))),
  // @see Howard et al., "Searching for MobileNetV3", arXiv:1905.02244
  hardSilu,
  hardSwish: hardSilu,
  exponential: exp,
};

// What users pass as functions: the ops, which have defaults for further arguments.
const OPS = { relu, relu6, leakyRelu, elu, selu, sigmoid, tanh, softmax, logSoftmax, softplus, silu, gelu };
for (const [name, op] of Object.entries(OPS)) nameForCopies(op, name);

/** Activations that conv2d and dense can fuse into their kernels, with the slope or scale. */
const FUSED: { readonly [Name in ActivationName]?: { activation: Activation; alpha: number } } = {
  relu: { activation: 'relu', alpha: 0 },
  relu6: { activation: 'relu6', alpha: 0 },
  leakyRelu: { activation: 'leakyRelu', alpha: 0.2 },
  elu: { activation: 'elu', alpha: 1 },
  selu: { activation: 'selu', alpha: 0 },
  tanh: { activation: 'tanh', alpha: 0 },
};

/** A resolved activation of a layer. */
export interface ResolvedActivation {
  /** Keras's id, in snake case, or the name a function was registered under; null for any other function. */
  readonly id: string | null;
  readonly apply: (x: Tensor) => Tensor;
  /** Present if kernels can fuse it. */
  readonly fused: { readonly activation: Activation; readonly alpha: number } | null;
}

const REGISTRY = /* @__PURE__ */ new Registry<(x: Tensor) => Tensor>(FUNCTIONS);

/**
 * Find an activation: a built-in one, or one under `registerFunction`.
 * @param caller names the option, for messages: `dense (Dense): activation`
 * @throws ValueError when the name is unknown
 */
export function resolveActivation(identifier: ActivationIdentifier, caller: string): ResolvedActivation {
  const named = typeof identifier === 'function' ? namedFunction(identifier) : null;
  if (named) return resolveActivation(named.name, caller);
  if (typeof identifier === 'function') {
    return { id: registeredNameOf(identifier), apply: identifier, fused: null };
  }
  const others = ', or a name under registerFunction';
  if (typeof identifier !== 'string') throw new ValueError(REGISTRY.unknown(caller, identifier, others));
  const registered = registeredFunction(identifier, REGISTRY) as ((x: Tensor) => Tensor) | undefined;
  if (registered) return { id: registeredNameOf(registered), apply: registered, fused: null };
  const apply = REGISTRY.resolve(caller, identifier, others);
  const name = REGISTRY.nameOf(identifier) as ActivationName;
  return { id: snakeCase(name), apply, fused: FUSED[name] ?? null };
}

/** Whether the function is one of this module's, which depends on its input alone. */
export const isBuiltInActivation = ({ apply }: ResolvedActivation): boolean => Object.values(FUNCTIONS).includes(apply);

/** Return the name for a config. @throws ValueError for a function without a name, which cannot be loaded */
export function activationId({ id }: ResolvedActivation, caller: string): string {
  if (id === null) throw new ValueError(`${caller} is a function without a name; registerFunction gives it one`);
  return id;
}

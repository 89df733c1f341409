import { assertFunction, assertList } from '../base/arguments.js';
import { DTypeError, ShapeError, ValueError } from '../base/errors.js';
import { formatShape, sameShape } from '../base/shape.js';
import { clone } from '../ops/reshape.js';
import { describe } from '../tensor/convert.js';
import { tidy } from '../tensor/scope.js';
import { Tensor } from '../tensor/tensor.js';
import type { Variable } from '../tensor/variable.js';
import { assertTensor } from './assert-tensor.js';
import { type Differentiated, differentiate } from './differentiate.js';

function assertOutputGradient(caller: string, dy: unknown, value: Tensor): asserts dy is Tensor {
  if (!(dy instanceof Tensor)) throw new ValueError(`${caller}: dy is ${describe(dy)}, expected a tensor`);
  dy.assertAlive(caller);
  if (!sameShape(dy.shape, value.shape)) {
    throw new ShapeError(
      `${caller}: dy is ${formatShape(dy.shape)}, expected ${formatShape(value.shape)}, the shape of y`,
    );
  }
  if (dy.dtype !== value.dtype)
    throw new DTypeError(`${caller}: dy is ${dy.dtype}, expected ${value.dtype}, the dtype of y`);
}

/** `differentiate` with checks for users' functions and tensors; frees everything but the result. */
function checkedDifferentiate(
  caller: string,
  f: () => Tensor,
  given: readonly Tensor[] | null,
  dy?: Tensor,
): Differentiated {
  if (given) assertList(caller, 'arguments', given, 'a list of tensors');
  return tidy(() => {
    for (const x of given ?? []) {
      if (!(x instanceof Tensor)) throw new ValueError(`${caller}: an argument is ${describe(x)}, expected tensors`);
      x.assertAlive(caller);
    }
    const checked = (): Tensor => {
      const value = f();
      assertTensor(caller, value);
      if (dy !== undefined) assertOutputGradient(caller, dy, value);
      return value;
    };
    const { value, sources, gradients } = differentiate(checked, given, dy);
    // A function that returns its argument itself must not hand the caller's tensor to two owners.
    return { value: sources.includes(value) ? clone(value) : value, sources, gradients };
  });
}

type OfSeveral = (...args: Tensor[]) => Tensor;

/** Compute the value of f and a gradient for every argument. */
function valueAndAll(caller: string, f: OfSeveral, args: readonly Tensor[], dy: Tensor | undefined) {
  if (!Array.isArray(args))
    throw new ValueError(`${caller}: the arguments are ${describe(args)}, expected a list of tensors`);
  return tidy(() => {
    // Gradients are keyed by tensor: one that is given twice is two arguments, each with its own gradient.
    const xs = args.map((x, index) => (args.indexOf(x) < index && x instanceof Tensor ? clone(x) : x));
    const { value, gradients } = checkedDifferentiate(caller, () => f(...xs), xs, dy);
    const grads = gradients.map((gradient, index) => {
      if (gradient) return gradient;
      throw new ValueError(`${caller}: y does not depend on argument ${index}, expected all ops inside the function`);
    });
    return { value, grads };
  });
}

/**
 * Return a function that computes f and its gradients with respect to several tensors.
 * @param f returns a float tensor; without `dy` the gradient is that of its sum
 * @returns takes the arguments (and optionally dy, shaped as y) and returns y and dy/dx for each
 * @throws ValueError when y does not depend on an argument, or the arguments are not a list of tensors
 * @throws ShapeError @throws DTypeError when dy is not like y, or y is not a float tensor
 * @example const { value, grads } = valueAndGrads((a, b) => a.mul(b).sum())([x, y]);
 */
export function valueAndGrads(f: OfSeveral) {
  return (args: readonly Tensor[], dy?: Tensor): { value: Tensor; grads: Tensor[] } =>
    valueAndAll('valueAndGrads', f, args, dy);
}

/**
 * Return a function that computes f and its gradient with respect to one tensor. See `valueAndGrads`.
 * @example valueAndGrad((x) => x.square())(tensor(3)).grad // 6
 */
export function valueAndGrad(f: (x: Tensor) => Tensor) {
  return (x: Tensor, dy?: Tensor): { value: Tensor; grad: Tensor } => {
    const { value, grads } = valueAndAll('valueAndGrad', f as OfSeveral, [x], dy);
    return { value, grad: grads[0] };
  };
}

/**
 * Return a function that computes the gradients of f with respect to several tensors. See `valueAndGrads`.
 * @example grads((a, b) => a.mul(b))([tensor(2), tensor(3)])[0] // 3
 */
export function grads(f: OfSeveral) {
  return (args: readonly Tensor[], dy?: Tensor): Tensor[] => tidy(() => valueAndAll('grads', f, args, dy).grads);
}

/**
 * Return the derivative of a function of one tensor; apply `grad` again for the second order.
 * @example grad((x) => grad((x) => x.pow(3))(x))(tensor(2)) // 12
 */
export function grad(f: (x: Tensor) => Tensor) {
  return (x: Tensor, dy?: Tensor): Tensor => tidy(() => valueAndAll('grad', f as OfSeveral, [x], dy).grads[0]);
}

/** A gradient and the variable that it belongs to. */
export type GradientAndVariable = readonly [gradient: Tensor, variable: Variable];

/**
 * Compute a scalar loss and its gradients with respect to variables.
 * @param variables default all trainable ones, including those that f makes; one that the loss does not depend on has
 * no pair
 * @throws ShapeError when the loss is not a scalar @throws ValueError when the loss depends on none of them
 */
export function valueAndVariableGrads(
  caller: string,
  f: () => Tensor,
  variables?: readonly Variable[],
): { value: Tensor; pairs: GradientAndVariable[] } {
  assertFunction(caller, 'f', f);
  return tidy(() => {
    const loss = (): Tensor => {
      const value = f();
      assertTensor(caller, value);
      if (value.size === 1) return value;
      throw new ShapeError(`${caller}: the loss is ${formatShape(value.shape)}, expected a scalar`);
    };
    const { value, sources, gradients } = checkedDifferentiate(caller, loss, variables ?? null);
    const pairs = (sources as readonly Variable[]).flatMap((variable, index): GradientAndVariable[] => {
      const gradient = gradients[index];
      return gradient ? [[gradient, variable]] : [];
    });
    if (pairs.length === 0) throw new ValueError(`${caller}: the loss depends on none of the variables`);
    return { value, pairs };
  });
}

/**
 * Compute a scalar loss and its gradients with respect to variables, keyed by name.
 * @param variables default all trainable ones, including those that f makes; one that the loss does not depend on has
 * no entry
 * @throws ShapeError when the loss is not a scalar
 * @throws ValueError when the loss depends on none of them, or two of them have one name
 * @example const { value, grads } = variableGrads(() => w.mul(x).sub(y).square().mean());
 */
export function variableGrads(
  f: () => Tensor,
  variables?: readonly Variable[],
): { value: Tensor; grads: Record<string, Tensor> } {
  return tidy(() => {
    const { value, pairs } = valueAndVariableGrads('variableGrads', f, variables);
    const grads: Record<string, Tensor> = {};
    for (const [gradient, { name }] of pairs) {
      if (Object.hasOwn(grads, name)) {
        throw new ValueError(`variableGrads: two variables are named ${name}, expected names that differ`);
      }
      grads[name] = gradient;
    }
    return { value, grads };
  });
}

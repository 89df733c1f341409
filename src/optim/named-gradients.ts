import type { GradientAndVariable } from '../autograd/gradients.js';
import { otherCopyOf } from '../base/copy.js';
import { DTypeError, ShapeError, ValueError } from '../base/errors.js';
import { formatShape, sameShape } from '../base/shape.js';
import { show } from '../base/show.js';
import { Tensor } from '../tensor/tensor.js';
import { trainableVariables, Variable } from '../tensor/variable.js';
import type { NamedTensor } from './slots.js';

/** A variable, or a weight of a layer. */
export type VariableOrWeight = Variable | { readonly variable: Variable };

/** Gradients by variable name, in a list with names, or paired with their variables. */
export type Gradients =
  | Readonly<Record<string, Tensor>>
  | readonly NamedTensor[]
  | readonly (readonly [gradient: Tensor, variable: VariableOrWeight])[];

export const variableOf = (given: VariableOrWeight): Variable =>
  given instanceof Variable || otherCopyOf(given) ? (given as Variable) : given?.variable;

/**
 * Gradients with their variables, checked.
 * @throws ValueError when a name is not that of a trainable variable
 * @throws ShapeError @throws DTypeError when a gradient does not fit its variable
 */
export function pairsOf(gradients: Gradients): readonly GradientAndVariable[] {
  const pairs = unchecked(gradients);
  for (const [gradient, weight] of pairs) assertFits(gradient, weight);
  return pairs;
}

function unchecked(gradients: Gradients): readonly GradientAndVariable[] {
  if (!Array.isArray(gradients)) return byName(Object.entries(gradients));
  if (gradients.every(Array.isArray)) {
    const pairs = gradients as unknown as readonly (readonly [Tensor, VariableOrWeight])[];
    return pairs.map(([gradient, weight]) => [gradient, variableOf(weight)]);
  }
  return byName((gradients as readonly NamedTensor[]).map(({ name, tensor }) => [name, tensor]));
}

function byName(gradients: readonly (readonly [string, Tensor])[]): GradientAndVariable[] {
  const variables = new Map(trainableVariables().map((each) => [each.name, each]));
  return gradients.map(([name, gradient]) => {
    const weight = variables.get(name);
    if (!weight) throw new ValueError(`applyGradients: no trainable variable is named ${name}`);
    return [gradient, weight];
  });
}

function assertFits(gradient: Tensor, weight: Variable): void {
  if (!(weight instanceof Variable)) {
    throw new ValueError(`applyGradients: given a gradient of ${show(weight)}, expected one of a variable or a weight`);
  }
  const name = `applyGradients: the gradient of ${weight.name}`;
  if (!(gradient instanceof Tensor)) throw new ValueError(`${name} is ${show(gradient)}, expected a tensor`);
  gradient.assertAlive(name);
  weight.assertAlive(`applyGradients: ${weight.name}`);
  if (!sameShape(gradient.shape, weight.shape)) {
    throw new ShapeError(`${name} is ${formatShape(gradient.shape)}, expected ${formatShape(weight.shape)}`);
  }
  if (gradient.dtype !== weight.dtype) throw new DTypeError(`${name} is ${gradient.dtype}, expected ${weight.dtype}`);
}

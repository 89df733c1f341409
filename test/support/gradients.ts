import { variableGrads } from '../../src/autograd/gradients.js';
import type { Tensor } from '../../src/tensor/tensor.js';
import type { Variable } from '../../src/tensor/variable.js';

/** A scalar loss and its gradients in the order of the variables; undefined where it does not depend on one. */
export function lossAndGradients(f: () => Tensor, variables: readonly Variable[]) {
  const { value, grads } = variableGrads(f, variables);
  return { value, gradients: variables.map(({ name }): Tensor | undefined => grads[name]) };
}

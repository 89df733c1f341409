import { checkGradients } from '../../../src/autograd/check.js';
import { customGrad } from '../../../src/autograd/custom-grad.js';
import { grad, grads, valueAndGrad, variableGrads } from '../../../src/autograd/gradients.js';
import { DisposedError, DTypeError, GradientError, ShapeError, ValueError } from '../../../src/base/errors.js';
import type { Tensor } from '../../../src/index.js';
import * as nabla from '../../../src/index.js';
import { any, type WrongCall } from './wrong-call.js';

/** x² with a gradient that is off by one percent. */
const wrongSquare = customGrad((x) => ({
  value: nabla.square(x),
  gradFunc: (dy) => nabla.mul(dy, nabla.mul(x, 2.02)),
}));

export const gradients: readonly WrongCall[] = [
  [() => grad((x) => x.sum())(any(3)), ValueError, 'grad: an argument is 3, expected tensors'],
  [({ vector }) => grads((x) => x.sum())(any(vector)), ValueError, 'grads: the arguments are'],
  [({ vector }) => grad((x) => any<Tensor>([x]))(vector), ValueError, 'grad: the function returned'],
  [
    ({ vector }) => grad((x) => x.argMax())(vector),
    DTypeError,
    'grad: the function returned int32, expected a float tensor',
  ],
  [({ vector, matrix }) => grad(() => matrix.sum())(vector), ValueError, 'grad: y does not depend on argument 0'],
  [
    ({ vector }) => grad((x) => x.floor().equal(1).cast('float32'))(vector),
    ValueError,
    'grad: y does not depend on argument 0',
  ],
  [({ disposed }) => grad((x) => x)(disposed), DisposedError, 'grad: the tensor [3] was disposed'],
  [
    ({ vector, matrix }) => grad((x) => x.square())(vector, matrix),
    ShapeError,
    'grad: dy is [2,2], expected [3], the shape of y',
  ],
  [
    ({ vector }) => grad((x) => x.square())(vector, nabla.ones([3], 'float64')),
    DTypeError,
    'grad: dy is float64, expected float32, the dtype of y',
  ],
  [
    ({ vector }) => valueAndGrad((x) => x.square())(vector, any(1)),
    ValueError,
    'valueAndGrad: dy is 1, expected a tensor',
  ],
  [
    ({ weight }) => variableGrads(() => weight.square()),
    ShapeError,
    'variableGrads: the loss is [3], expected a scalar',
  ],
  [
    ({ vector }) => variableGrads(() => vector.sum()),
    ValueError,
    'variableGrads: the loss depends on none of the variables',
  ],
  [() => variableGrads(() => any<Tensor>(1)), ValueError, 'variableGrads: the function returned 1, expected a tensor'],
  [
    ({ vector }) => grad(customGrad((x) => ({ value: x.square(), gradFunc: () => [] })))(vector),
    ValueError,
    'customGrad: gradFunc gave 0 gradients, expected 1',
  ],
  [
    ({ vector }) => grad(customGrad((x) => ({ value: x.square(), gradFunc: () => any<Tensor>(2) })))(vector),
    ValueError,
    'customGrad: gradFunc gave 2, expected 1 gradients',
  ],
  [
    ({ vector, matrix }) => grad(customGrad((x) => ({ value: x.square(), gradFunc: () => matrix.square() })))(vector),
    ShapeError,
    'customGrad: the gradient of 0 is [2,2], expected [3]',
  ],
  [
    ({ vector }) => customGrad(() => ({ value: any<Tensor>(1), gradFunc: (dy) => dy }))(vector),
    ValueError,
    'customGrad: the function returned 1, expected a tensor',
  ],
  [
    ({ vector }) => checkGradients((x) => x.square(), [vector]),
    DTypeError,
    'checkGradients: input 0 is float32, expected float64',
  ],
  [() => checkGradients((x) => x.square(), []), ValueError, 'checkGradients: inputs is empty'],
  [
    ({ doubles }) => checkGradients((x) => x.square(), [doubles], { order: 0 }),
    ValueError,
    'checkGradients: order is 0, expected an integer ≥ 1',
  ],
  [({ doubles }) => checkGradients(wrongSquare, [doubles]), GradientError, 'checkGradients: order 1 gives'],
];

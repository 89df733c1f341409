import { DisposedError, DTypeError, ShapeError, ValueError } from '../../../src/base/errors.js';
import * as nabla from '../../../src/index.js';
import type { WrongCall } from './wrong-call.js';

export const lifetime: readonly WrongCall[] = [
  [
    ({ disposed }) => nabla.add(disposed, 1),
    DisposedError,
    'add: the tensor [3] was disposed; keep() it, or return it from its tidy()',
  ],
  [({ disposed }) => nabla.reshape(disposed, [3]), DisposedError, 'reshape: the tensor [3] was disposed'],
  [({ disposed }) => nabla.mean(disposed), DisposedError, 'mean: the tensor [3] was disposed'],
  [({ disposed }) => disposed.dataSync(), DisposedError, 'dataSync: the tensor [3] was disposed'],
  [({ disposed }) => nabla.variable(disposed), DisposedError, 'variable: the tensor [3] was disposed'],
  [
    () => nabla.tidy(() => Promise.resolve(nabla.zeros([2]))),
    ValueError,
    'tidy: the function returned a promise, expected tensors',
  ],
  [
    ({ matrix, weight }) => weight.assign(matrix),
    ShapeError,
    'bad-input/weight: assigned value is [2,2], expected [3]',
  ],
  [
    ({ integers, weight }) => weight.assign(integers),
    DTypeError,
    'bad-input/weight: assigned value is int32, expected float32',
  ],
  [
    ({ disposed, weight }) => weight.assign(disposed),
    DisposedError,
    'assign to bad-input/weight: the tensor [3] was disposed',
  ],
  [({ weight }) => weight.assignValues([1]), ShapeError, 'bad-input/weight: 1 values, expected 3 for [3]'],
  [
    ({ vector }) => nabla.variable(vector, true, 'bad-input/weight'),
    ValueError,
    'variable: the name bad-input/weight is taken',
  ],
  [
    ({ vector }) => nabla.variable(vector, true, 'other', 'int32'),
    DTypeError,
    'variable: initialValue is float32, expected int32',
  ],
];

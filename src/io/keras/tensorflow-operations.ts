/* Functions of TensorFlow in Keras 2's TFOpLambda, as operations of Keras 3. */

export interface TensorflowOperation {
  readonly operation: string;
  /** The argument that is the second operand. */
  readonly operand?: string;
  /** Names of settings by those of arguments. */
  readonly arguments?: Readonly<Record<string, string>>;
  readonly settings?: Readonly<Record<string, unknown>>;
}

const of = (operation: string, settings?: TensorflowOperation['settings']): TensorflowOperation => ({
  operation,
  settings,
});
const two = (operation: string, operand = 'y'): TensorflowOperation => ({ operation, operand });
const reduced = (operation: string): TensorflowOperation => ({
  operation,
  arguments: { axis: 'axis', keepdims: 'keepdims' },
});
const along = (operation: string, settings: TensorflowOperation['settings'] = {}): TensorflowOperation => ({
  operation,
  settings,
  arguments: { axis: 'axis' },
});

/** By the name of the function within `tf`. */
export const TENSORFLOW_OPERATIONS: Readonly<Record<string, TensorflowOperation>> = {
  '__operators__.add': two('Add'),
  'math.add': two('Add'),
  'math.subtract': two('Subtract'),
  'math.multiply': two('Multiply'),
  'math.truediv': two('Divide'),
  'math.divide': two('Divide'),
  'math.floordiv': two('FloorDivide'),
  'math.floormod': two('Mod'),
  'math.pow': two('Power'),
  'math.maximum': two('Maximum'),
  'math.minimum': two('Minimum'),
  'linalg.matmul': two('Matmul', 'b'),

  'math.abs': of('Abs'),
  'math.exp': of('Exp'),
  'math.log': of('Log'),
  'math.negative': of('Negative'),
  'math.reciprocal': of('Reciprocal'),
  'math.rsqrt': of('Rsqrt'),
  'math.sigmoid': of('Sigmoid'),
  'math.sign': of('Sign'),
  'math.softplus': of('Softplus'),
  'math.sqrt': of('Sqrt'),
  'math.square': of('Square'),
  'math.tanh': of('Tanh'),

  'nn.elu': of('Elu', { alpha: 1 }),
  'nn.gelu': { operation: 'Gelu', arguments: { approximate: 'approximate' }, settings: { approximate: false } },
  'nn.leaky_relu': { operation: 'LeakyRelu', arguments: { alpha: 'negativeSlope' }, settings: { negativeSlope: 0.2 } },
  'nn.log_softmax': along('LogSoftmax', { axis: -1 }),
  'nn.relu': of('Relu'),
  'nn.relu6': of('Relu6'),
  'nn.selu': of('Selu'),
  'nn.sigmoid': of('Sigmoid'),
  'nn.silu': of('Silu'),
  'nn.softmax': along('Softmax', { axis: -1 }),
  'nn.softplus': of('Softplus'),
  'nn.swish': of('Silu'),
  'nn.tanh': of('Tanh'),

  'math.reduce_max': reduced('Max'),
  'math.reduce_mean': reduced('Mean'),
  'math.reduce_min': reduced('Min'),
  'math.reduce_prod': reduced('Prod'),
  'math.reduce_sum': reduced('Sum'),

  cast: { operation: 'Cast', arguments: { dtype: 'dtype' } },
  clip_by_value: { operation: 'Clip', arguments: { clip_value_min: 'xMin', clip_value_max: 'xMax' } },
  concat: along('Concatenate'),
  expand_dims: along('ExpandDims'),
  reshape: { operation: 'Reshape', arguments: { shape: 'newshape' } },
  'compat.v1.squeeze': along('Squeeze'),
  squeeze: along('Squeeze'),
  stack: along('Stack', { axis: 0 }),
  transpose: { operation: 'Transpose', arguments: { perm: 'axes' } },
  'compat.v1.transpose': { operation: 'Transpose', arguments: { perm: 'axes' } },
  '__operators__.getitem': { operation: 'GetItem', arguments: { slice_spec: 'key' } },
};

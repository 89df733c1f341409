/* Functions of TensorFlow in Keras 2's TFOpLambda, as operations of Keras 3. */

export interface TensorflowOperation {
  readonly operation: string;
  /** The arguments that are operands after the first, in order. */
  readonly operands?: readonly string[];
  /** Names of settings by those of arguments. */
  readonly arguments?: Readonly<Record<string, string>>;
  readonly settings?: Settings;
  /** Convert settings to those of the operation, or of another. */
  readonly adapt?: (settings: Settings) => { readonly operation?: string; readonly settings: Settings };
}

type Settings = Readonly<Record<string, unknown>>;

const of = (operation: string, settings?: Settings): TensorflowOperation => ({
  operation,
  settings,
});
const two = (operation: string, operand = 'y'): TensorflowOperation => ({ operation, operands: [operand] });
const reduced = (operation: string): TensorflowOperation => ({
  operation,
  arguments: { axis: 'axis', keepdims: 'keepdims' },
});
const along = (operation: string, settings: Settings = {}): TensorflowOperation => ({
  operation,
  settings,
  arguments: { axis: 'axis' },
});

/** TensorFlow divides by the root of the sum of squares, with a minimum of epsilon. */
const normalized: TensorflowOperation = {
  operation: 'Normalize',
  arguments: { axis: 'axis', epsilon: 'epsilon' },
  settings: { epsilon: 1e-12 },
  adapt: ({ epsilon, ...settings }) => ({ settings: { ...settings, epsilon: Math.sqrt(epsilon as number) } }),
};

/** A matrix product, or an einsum if one of the operands is transposed. */
const product: TensorflowOperation = {
  operation: 'Matmul',
  operands: ['b'],
  arguments: { transpose_a: 'transposeA', transpose_b: 'transposeB' },
  adapt: ({ transposeA, transposeB }) => {
    if (!transposeA && !transposeB) return { settings: {} };
    const subscripts = `...${transposeA ? 'ki' : 'ik'},...${transposeB ? 'jk' : 'kj'}->...ij`;
    return { operation: 'Einsum', settings: { subscripts } };
  },
};

/** Keras splits at positions; TensorFlow takes a list of sizes. */
const split: TensorflowOperation = {
  operation: 'Split',
  arguments: { num_or_size_splits: 'parts', axis: 'axis' },
  adapt: ({ parts, ...settings }) => {
    if (!Array.isArray(parts)) return { settings: { ...settings, indicesOrSections: parts } };
    const ends = parts.map((_, index) => parts.slice(0, index + 1).reduce((sum, size) => sum + size, 0));
    return { settings: { ...settings, indicesOrSections: ends.slice(0, -1) } };
  },
};

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
  'math.add_n': of('Add'),
  'math.divide_no_nan': two('DivideNoNan'),
  'math.atan2': two('Arctan2', 'x'),
  'math.equal': two('Equal'),
  'math.not_equal': two('NotEqual'),
  'math.less': two('Less'),
  'math.less_equal': two('LessEqual'),
  'math.greater': two('Greater'),
  'math.greater_equal': two('GreaterEqual'),
  'math.logical_and': two('LogicalAnd'),
  'math.logical_or': two('LogicalOr'),
  'math.logical_not': of('LogicalNot'),
  where: { operation: 'Where', operands: ['x', 'y'] },
  'linalg.matmul': product,
  'nn.bias_add': two('Add', 'bias'),

  'math.abs': of('Abs'),
  'math.ceil': of('Ceil'),
  'math.cos': of('Cos'),
  'math.erf': of('Erf'),
  'math.exp': of('Exp'),
  'math.expm1': of('Expm1'),
  'math.floor': of('Floor'),
  'math.log': of('Log'),
  'math.log1p': of('Log1p'),
  'math.negative': of('Negative'),
  'math.reciprocal': of('Reciprocal'),
  'math.round': of('Round'),
  'math.rsqrt': of('Rsqrt'),
  'math.sigmoid': of('Sigmoid'),
  'math.sign': of('Sign'),
  'math.sin': of('Sin'),
  'math.softplus': of('Softplus'),
  'math.sqrt': of('Sqrt'),
  'math.square': of('Square'),
  'math.tan': of('Tan'),
  'math.tanh': of('Tanh'),
  identity: of('Identity'),
  ones_like: of('OnesLike'),
  zeros_like: of('ZerosLike'),

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
  'nn.softsign': of('Softsign'),
  'nn.softplus': of('Softplus'),
  'nn.swish': of('Silu'),
  'nn.tanh': of('Tanh'),

  'math.argmax': along('Argmax', { axis: 0 }),
  'math.argmin': along('Argmin', { axis: 0 }),
  'math.cumsum': along('Cumsum', { axis: 0 }),
  'math.l2_normalize': normalized,
  'nn.l2_normalize': normalized,
  'math.reduce_all': reduced('All'),
  'math.reduce_any': reduced('Any'),
  'math.reduce_logsumexp': reduced('Logsumexp'),
  'math.reduce_max': reduced('Max'),
  'math.reduce_mean': reduced('Mean'),
  'math.reduce_min': reduced('Min'),
  'math.reduce_prod': reduced('Prod'),
  'math.reduce_std': reduced('Std'),
  'math.reduce_variance': reduced('Var'),
  'math.reduce_sum': reduced('Sum'),

  cast: { operation: 'Cast', arguments: { dtype: 'dtype' } },
  clip_by_value: { operation: 'Clip', arguments: { clip_value_min: 'xMin', clip_value_max: 'xMax' } },
  concat: along('Concatenate'),
  expand_dims: along('ExpandDims'),
  broadcast_to: { operation: 'BroadcastTo', arguments: { shape: 'shape' } },
  pad: {
    operation: 'Pad',
    arguments: { paddings: 'padWidth', mode: 'mode', constant_values: 'constantValues' },
    adapt: ({ mode = 'CONSTANT', ...settings }) => ({ settings: { ...settings, mode: String(mode).toLowerCase() } }),
  },
  repeat: { operation: 'Repeat', arguments: { repeats: 'repeats', axis: 'axis' } },
  reverse: along('Flip'),
  split,
  tile: { operation: 'Tile', arguments: { multiples: 'repeats' } },
  reshape: { operation: 'Reshape', arguments: { shape: 'newshape' } },
  'compat.v1.squeeze': along('Squeeze'),
  squeeze: along('Squeeze'),
  stack: along('Stack', { axis: 0 }),
  transpose: { operation: 'Transpose', arguments: { perm: 'axes' } },
  'compat.v1.transpose': { operation: 'Transpose', arguments: { perm: 'axes' } },
  '__operators__.getitem': { operation: 'GetItem', arguments: { slice_spec: 'key' } },
};

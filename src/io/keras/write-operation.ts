import type { Layer } from '../../layers/base/layer.js';
import type { OpLayer } from '../../layers/core/op-layer.js';
import type { Index } from '../../layers/core/operations/index.js';
import type { JsonObject } from '../bytes/json.js';
import { toSnake } from './spelling.js';

/*
 * Operators in the format of Keras 3, see operations.ts. In .h5, where Keras omits modules, only nabla reads them back.
 */

/** Return whether a layer is an operation, by its name: the class would bring all operations into pages without any. */
export const isOperation = (layer: Layer): layer is OpLayer => layer.className === 'OpLayer';

const ACTIVATIONS = new Set(
  'Elu Gelu HardSigmoid HardSilu LeakyRelu LogSigmoid LogSoftmax Normalize Relu Relu6 Selu Sigmoid Silu Softmax Softplus Softsign'.split(
    ' ',
  ),
);
const MODULES: Readonly<Record<string, string>> = {
  Cast: 'ops.core',
  Erf: 'ops.math',
  Logsumexp: 'ops.math',
  Mish: 'activations.activations',
  Norm: 'ops.linalg',
  Rsqrt: 'ops.math',
};

const moduleOf = (operation: string): string =>
  `keras.src.${MODULES[operation] ?? (ACTIVATIONS.has(operation) ? 'ops.nn' : 'ops.numpy')}`;

/**
 * Return an operation without its calls. Its name is stored in the graph, because not every class has a name option.
 */
export function writeOperation({ options }: OpLayer, legacy: boolean): JsonObject {
  const { operation, settings } = options;
  const { key: _, ...config } = toSnake(settings);
  const plain = { class_name: operation, config };
  return legacy ? plain : { module: moduleOf(operation), ...plain, registered_name: operation };
}

/** Return a call, whose arguments are tensors and numbers. @param tensors the inputs as Keras configs */
export function operationNode({ options }: OpLayer, tensors: readonly JsonObject[]): JsonObject {
  const { operation, operands, settings } = options;
  let next = 0;
  const args: unknown[] = operands.map((operand) => (operand === null ? tensors[next++] : constant(operand)));
  // Einsum takes its operands as separate arguments, other operations as a list.
  if (operation === 'Concatenate' || operation === 'Stack') return { args: [args], kwargs: {} };
  if (operation === 'GetItem') args.push(writeKey(settings.key as Index[]));
  return { args, kwargs: {} };
}

/** A number, or an array in Keras's encoding of NumPy arrays. */
const constant = (value: unknown): unknown =>
  Array.isArray(value) ? { class_name: '__numpy__', config: { value, dtype: 'float32' } } : value;

/** A Python key in Keras's encoding, where a tuple is a JSON list. */
function writeKey(key: readonly Index[]): unknown {
  const items = key.map((index) => {
    if (index === '...') return { class_name: '__ellipsis__', config: {} };
    return index === null || typeof index === 'number' ? index : { class_name: '__slice__', config: index };
  });
  return items.length === 1 ? items[0] : items;
}

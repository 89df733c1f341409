import type { Layer } from '../../layers/base/layer.js';
import type { OpLayer } from '../../layers/core/op-layer.js';
import type { Index } from '../../layers/core/operations/index.js';
import type { JsonObject } from '../bytes/json.js';
import { toSnake } from './spelling.js';

/* Operators in Keras 3's form: see operations.ts. In .h5, where Keras omits modules, only nabla reads them back. */

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

/** Return an operation without its calls. Keras has its name in the graph: not every class has one in its options. */
export function writeOperation({ options }: OpLayer, legacy: boolean): JsonObject {
  const { operation, settings } = options;
  const { key: _, ...config } = toSnake(settings);
  const plain = { class_name: operation, config };
  return legacy ? plain : { module: moduleOf(operation), ...plain, registered_name: operation };
}

/** Return a call, whose arguments are tensors and numbers. @param tensors the inputs in Keras's form */
export function operationNode({ options }: OpLayer, tensors: readonly JsonObject[]): JsonObject {
  const { operation, operands, settings } = options;
  let next = 0;
  const args: unknown[] = operands.map((operand) => (operand === null ? tensors[next++] : constant(operand)));
  // Einsum takes its operands one by one, the others in a list.
  if (operation === 'Concatenate' || operation === 'Stack') return { args: [args], kwargs: {} };
  if (operation === 'GetItem') args.push(writeKey(settings.key as Index[]));
  return { args, kwargs: {} };
}

/** A number, or an array as Keras writes NumPy's. */
const constant = (value: unknown): unknown =>
  Array.isArray(value) ? { class_name: '__numpy__', config: { value, dtype: 'float32' } } : value;

/** A Python key; a tuple is a list in JSON, as Keras writes it. */
function writeKey(key: readonly Index[]): unknown {
  const items = key.map((index) => {
    if (index === '...') return { class_name: '__ellipsis__', config: {} };
    return index === null || typeof index === 'number' ? index : { class_name: '__slice__', config: index };
  });
  return items.length === 1 ? items[0] : items;
}

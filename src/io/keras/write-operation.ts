import type { OpLayer } from '../../layers/core/op-layer.js';
import type { JsonObject } from '../bytes/json.js';
import { toSnake } from './spelling.js';

/* Operators in Keras 3's form: see operations.ts. In .h5, where Keras omits modules, only nabla reads them back. */

const ACTIVATIONS = /^(Elu|Gelu|LeakyRelu|LogSoftmax|Relu6?|Selu|Sigmoid|Silu|Softmax|Softplus)$/;
const MODULES: Readonly<Record<string, string>> = { Cast: 'core', Rsqrt: 'math' };

const moduleOf = (operation: string): string =>
  `keras.src.ops.${MODULES[operation] ?? (ACTIVATIONS.test(operation) ? 'nn' : 'numpy')}`;

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
  const args: unknown[] = operands.map((operand) => operand ?? tensors[next++]);
  if (operation === 'Concatenate' || operation === 'Stack') return { args: [args], kwargs: {} };
  if (operation === 'GetItem') args.push({ class_name: '__tuple__', items: writeKey(settings.key as unknown[]) });
  return { args, kwargs: {} };
}

const writeKey = (key: readonly unknown[]): unknown[] =>
  key.map((index) => (typeof index === 'number' ? index : { class_name: '__slice__', config: index }));

import type { OpLayer } from '../../layers/core/op-layer.js';
import type { JsonObject } from '../bytes/json.js';
import { toSnake } from './spelling.js';

/* Operators as Keras 3 writes them: see operations.ts. In .h5, where Keras leaves modules out, nabla alone reads them back. */

const ACTIVATIONS = /^(Elu|Gelu|LeakyRelu|LogSoftmax|Relu6?|Selu|Sigmoid|Silu|Softmax|Softplus)$/;
const MODULES: Readonly<Record<string, string>> = { Cast: 'core', Rsqrt: 'math' };

const moduleOf = (operation: string): string =>
  `keras.src.ops.${MODULES[operation] ?? (ACTIVATIONS.test(operation) ? 'nn' : 'numpy')}`;

/** An operation without its calls. Keras takes its name from the graph: not every class has one among its options. */
export function writeOperation({ options }: OpLayer, legacy: boolean): JsonObject {
  const { operation, settings } = options;
  const { key: _, ...config } = toSnake(settings);
  const plain = { class_name: operation, config };
  return legacy ? plain : { module: moduleOf(operation), ...plain, registered_name: operation };
}

/** A call, whose arguments are tensors and numbers. @param tensors the inputs, as Keras writes them */
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

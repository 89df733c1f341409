import type { ActivationIdentifier } from '../../activations/index.js';
import { ValueError } from '../../base/errors.js';
import { assertKnownOptions } from '../../base/names.js';
import type { SymbolicTensor } from '../../layers/base/symbolic.js';
import { globalAveragePooling2d, globalMaxPooling2d } from '../../layers/index.js';

/** Options of every model of the zoo. */
export interface ZooOptions {
  /** [height, width, channels]. */
  readonly inputShape?: readonly [number | null, number | null, number];
  /** Size of the output. */
  readonly classes?: number;
  /** Only null: nabla ships no weights. Make the model, then load a file into it. */
  readonly weights?: null;
  readonly name?: string;
}

/** Options of the models of keras.applications. */
export interface ApplicationOptions extends ZooOptions {
  /** Whether to include the classifier; default true. */
  readonly includeTop?: boolean;
  /** Without the classifier: global average or maximum pooling, or null, the default, for the feature map. */
  readonly pooling?: 'avg' | 'max' | null;
  /** Default `'softmax'`. */
  readonly classifierActivation?: ActivationIdentifier | null;
}

const ZOO_OPTIONS = ['inputShape', 'classes', 'weights', 'name'] as const satisfies readonly (keyof ZooOptions)[];

export const APPLICATION_OPTIONS = [
  ...ZOO_OPTIONS,
  'includeTop',
  'pooling',
  'classifierActivation',
] as const satisfies readonly (keyof ApplicationOptions)[];

/** @throws ValueError when an option is unknown, or weights are named */
export function assertOptions(
  model: string,
  options: Pick<ZooOptions, 'weights'>,
  known: readonly string[] = ZOO_OPTIONS,
): void {
  assertKnownOptions(model, options, known);
  const { weights } = options;
  if (weights === null || weights === undefined) return;
  throw new ValueError(
    `${model}: weights is ${JSON.stringify(weights)}, expected null: nabla ships no weights; make the model, then load a file of weights into it`,
  );
}

/** The end of a model without a classifier. @throws ValueError for a pooling that is unknown */
export function pooledFeatures(
  model: string,
  x: SymbolicTensor,
  pooling: ApplicationOptions['pooling'],
): SymbolicTensor {
  if (pooling === null || pooling === undefined) return x;
  if (pooling === 'avg') return globalAveragePooling2d().apply(x);
  if (pooling === 'max') return globalMaxPooling2d().apply(x);
  throw new ValueError(`${model}: pooling is '${String(pooling)}', expected 'avg', 'max' or null`);
}

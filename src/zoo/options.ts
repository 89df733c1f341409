import { type ActivationIdentifier, resolveActivation } from '../activations/index.js';
import {
  accept,
  boolean,
  type Given,
  type Option,
  type Options,
  oneOf,
  option,
  positiveInteger,
  string,
} from '../base/options.js';
import type { SymbolicTensor } from '../layers/base/symbolic.js';
import { globalAveragePooling2d, globalMaxPooling2d } from '../layers/index.js';

/** [height, width, channels]; null for a side that is not known. */
export type ImageShape = readonly [number | null, number | null, number];

/** The defaults of one model. */
interface Defaults {
  readonly inputShape: ImageShape;
  readonly classes: number;
  /** Default: an automatic name. */
  readonly name?: string;
}

const isSide = (side: unknown): boolean => side === null || (Number.isInteger(side) && (side as number) >= 1);

export const imageShape = (): Option<ImageShape> =>
  accept(
    '[height, width, channels], integers ≥ 1 or null for a side that is not known',
    (value) => Array.isArray(value) && value.length === 3 && value.every(isSide) && value[2] !== null,
  );

/** Options of every model, but for the size of the output. */
export const commonOptions = ({ inputShape, name }: Pick<Defaults, 'inputShape' | 'name'>) => {
  const chosenName: Option<string | undefined, string, false> = name ? string().default(name) : string().optional();
  return {
    /** [height, width, channels]. */
    inputShape: imageShape().default(inputShape),
    /** Only null: nabla ships no weights. Make the model, then load a file into it. */
    weights: accept<null>(
      'null: nabla ships no weights; make the model, then load a file of weights into it',
      () => false,
    ).optional(),
    name: chosenName,
  };
};

/** Options of models with a classifier. */
export const zooOptions = ({ classes, ...defaults }: Defaults) => ({
  ...commonOptions(defaults),
  /** Size of the output. */
  classes: positiveInteger().default(classes),
});

/** Options of the models of keras.applications. */
export const applicationOptions = (defaults: Defaults) => ({
  ...zooOptions(defaults),
  /** Whether to include the classifier; default true. */
  includeTop: boolean().default(true),
  /** Without the classifier: global average or maximum pooling, or null, the default, for the feature map. */
  pooling: oneOf(['avg', 'max']).nullable().default(null),
  /** Default `'softmax'`; null for none. */
  classifierActivation: option<ActivationIdentifier>({
    expected: 'an activation',
    read: (value, place) => {
      resolveActivation(value as ActivationIdentifier, place);
      return value as ActivationIdentifier;
    },
  })
    .nullable()
    .default('softmax'),
});

export type ZooOptions = Given<ReturnType<typeof zooOptions>>;
export type ApplicationOptions = Given<ReturnType<typeof applicationOptions>>;
/** The same, read. */
export type ApplicationValues = Options<ReturnType<typeof applicationOptions>>;

/** Names of the last pooling where Keras names it. */
export const POOLING_NAMES = { avg: 'avg_pool', max: 'max_pool' } as const;

/**
 * The end of a model without a classifier.
 * @param names of the pooling layer; default automatic ones
 */
export function pooledFeatures(
  x: SymbolicTensor,
  pooling: 'avg' | 'max' | null,
  names?: typeof POOLING_NAMES,
): SymbolicTensor {
  if (pooling === null) return x;
  return (pooling === 'avg' ? globalAveragePooling2d : globalMaxPooling2d)({ name: names?.[pooling] }).apply(x);
}

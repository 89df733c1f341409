import type { FormatError } from '../../base/errors.js';
import type { Layer } from '../../layers/base/layer.js';
import type { WeightOptions } from './assign.js';
import { isAutomaticName } from './variable-names.js';

/** A layer of a file. */
export interface NamedLayer {
  /** Null if the file does not state it. */
  readonly name: string | null;
}

/**
 * Pair layers in order, as Keras does. Only automatic names may differ: `dense` matches `dense_4`, but `encoder` never
 * matches `decoder`.
 * @throws FormatError when names chosen by the user differ, unless `byOrder`
 */
export function pairInOrder<Source extends NamedLayer>(
  sources: readonly Source[],
  layers: readonly Layer[],
  { byOrder }: WeightOptions,
  fail: (message: string) => FormatError,
): (readonly [Source, Layer])[] {
  const chosen = new Map(
    layers.filter((layer) => !isAutomaticName(layer.name, layer)).map((each) => [each.name, each]),
  );
  return sources.map((source, index) => {
    const layer = layers[index];
    const elsewhere = source.name !== null && source.name !== layer.name && chosen.has(source.name);
    if (byOrder || (!elsewhere && mayDiffer(source.name, layer))) return [source, layer] as const;
    throw fail(
      `the layer ${source.name} is ${elsewhere ? 'at another position in' : 'not in'} the model, which has ` +
        `${layer.describe()} in its place; { byName: true } loads the common layers, { byOrder: true } matches by order`,
    );
  });
}

const mayDiffer = (name: string | null, layer: Layer): boolean =>
  name === null || name === layer.name || isAutomaticName(layer.name, layer) || isAutomaticName(name, layer);

import { FormatError } from '../../base/errors.js';
import { hasOption } from '../../layers/catalog.js';
import { type JsonObject, show } from '../bytes/json.js';

/*
 * Options that Keras writes of a layer and nabla's layer does not have. Off, they change nothing; another value would
 * be another computation, and is refused by name.
 */

/** Options without a meaning here, whatever they say. */
const WITHOUT_MEANING = new Set([
  // How Keras computes the layer, or passes it around.
  ...['autocast', 'fused', 'implementation', 'optional', 'ragged', 'sparse', 'synchronized'],
  // Known from the shapes of the inputs.
  ...['inputDim', 'inputDtype', 'inputLength', 'outputShape'],
  // Keras saves kernels with what LoRA learnt added.
  ...['loraAlpha', 'loraRank'],
  // Of convolutions, which relatives without such a kernel write too.
  ...['kernelConstraint', 'kernelInitializer', 'kernelRegularizer'],
  // In use with `renorm` alone.
  ...['renormClipping', 'renormMomentum'],
]);

/** Values that change nothing, where they are others than null and false. */
const NEUTRAL: Readonly<Record<string, unknown>> = { dataFormat: 'channels_last', groups: 1 };

/**
 * The options that a class of nabla's has.
 * @throws FormatError naming an option that would change what the layer computes
 */
export function knownOptions(className: string, config: JsonObject, caller: string): JsonObject {
  const entries = Object.entries(config).filter(([name, value]) => {
    if (hasOption(className, name)) return true;
    const isNeutral = value === null || value === undefined || value === false || value === NEUTRAL[name];
    if (isNeutral || WITHOUT_MEANING.has(name)) return false;
    throw new FormatError(`${caller}: ${name} is ${show(value)}, for which nabla's layer has no option`);
  });
  return Object.fromEntries(entries);
}

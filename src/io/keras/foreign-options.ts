import { FormatError } from '../../base/errors.js';
import { hasOption } from '../../layers/catalog.js';
import { type JsonObject, show } from '../bytes/json.js';

/*
 * Options of Keras layers that nabla's layers lack. Turned off, they have no effect; any other value changes the
 * computation and is refused by name.
 */

/** Options without effect here, whatever their value. */
const WITHOUT_MEANING = new Set([
  // Execution details of Keras.
  ...['autocast', 'fused', 'implementation', 'optional', 'ragged', 'sparse', 'synchronized', 'timeMajor'],
  // Follows from the input shapes.
  ...['inputDim', 'inputDtype', 'inputLength', 'outputShape'],
  // Keras saves kernels with LoRA's updates merged.
  ...['loraAlpha', 'loraRank'],
  // Options of convolutions, which related layers without such a kernel write too.
  ...['kernelConstraint', 'kernelInitializer', 'kernelRegularizer'],
  // Used only with `renorm`.
  ...['renormClipping', 'renormMomentum'],
]);

/** Values without effect other than null and false. */
const NEUTRAL: Readonly<Record<string, unknown>> = { dataFormat: 'channels_last', groups: 1 };

/**
 * Keep the options that nabla's class has.
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

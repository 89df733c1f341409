import { ValueError } from '../../base/errors.js';
import type { CompiledOutput } from '../model/compile.js';
import { listed, type ModelData, type Samples } from '../samples/samples.js';

/**
 * Return labels or weights of the outputs that have a loss or metrics: by name, in their order, or from a list with an
 * item for every output of the model, whose other items are not read.
 * @throws ValueError when those of one of these outputs are missing
 */
export function listedForOutputs(
  caller: string,
  what: string,
  given: ModelData,
  outputs: readonly CompiledOutput[],
  outputNames: readonly string[],
): Samples[] {
  const forEvery =
    Array.isArray(given) &&
    outputs.length < outputNames.length &&
    given.length === outputNames.length &&
    typeof given[0] !== 'number';
  if (forEvery) {
    return outputs.map(({ name, index }) => {
      const samples = given[index] as Samples | null | undefined;
      if (samples !== undefined && samples !== null) return samples;
      throw new ValueError(
        `${caller}: ${what} of ${name} is missing, expected it for an output with a loss or metrics`,
      );
    });
  }
  const names = outputs.map(({ name }) => name);
  return listed(caller, what, given, names);
}

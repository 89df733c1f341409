import { largestBatch, trainingMemory, WASM_LIMIT } from '../../interpret/training-memory.js';
import type { Model } from '../../models/model.js';

const inGibibytes = (bytes: number): string => (bytes / 2 ** 30).toFixed(1);

/** Warn, before training starts, if its steps will not fit into a WebAssembly memory. */
export function warnOfMemory(model: Model, batchSize: number): void {
  const { total } = trainingMemory(model, { batchSize });
  if (total <= WASM_LIMIT) return;
  const largest = largestBatch(model);
  const advice = largest > 0 ? `--batch ${largest} fits` : 'no batch fits; --size makes the images smaller';
  console.warn(
    `train: a step of ${batchSize} images needs ${inGibibytes(total)} GiB, but a WebAssembly memory has at most 4: ${advice}`,
  );
}

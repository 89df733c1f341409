import { ValueError } from '../../base/errors.js';
import { keep } from '../../tensor/scope.js';
import type { Tensor } from '../../tensor/tensor.js';
import type { Batch } from '../model/step-data.js';
import type { Source } from '../samples/sources.js';
import { StreamedSource } from '../samples/streamed-source.js';
import type { BatchRows } from './feed.js';
import type { PreparedData } from './prepare-data.js';

/** Batches of which some inputs are read first. Samples that cannot be read are left out, with labels and weights. */
export async function* streamedBatches(
  { xs, ys, weights }: PreparedData,
  batches: Iterable<BatchRows>,
): AsyncGenerator<Batch, void, undefined> {
  for (const { order, start, end, size, shard } of batches) {
    const rows = order
      ? order.slice(start, end)
      : Int32Array.from({ length: end - start }, (_, index) => start + index);
    const reads = await Promise.all(xs.map((source) => (source instanceof StreamedSource ? source.read(rows) : null)));
    const missing = new Set(reads.flatMap((read) => read?.missing ?? []));
    if (missing.size > 0 && shard) {
      throw new ValueError(`fit: ${missing.size} samples cannot be read, expected all of them with distribute`);
    }
    const positions = Int32Array.from(rows.keys()).filter((position) => !missing.has(position));
    if (positions.length === 0) continue;
    const kept = positions.map((position) => rows[position]);
    // Kept from the scope of the step that runs meanwhile.
    const take = (source: Source): Tensor => keep(source.batch(kept, 0, kept.length));
    const takeInput = (source: Source, index: number): Tensor => {
      const read = reads[index];
      return source instanceof StreamedSource && read ? keep(source.upload(read, positions)) : take(source);
    };
    yield {
      xs: xs.map(takeInput),
      ys: ys.map(take),
      weights: weights.map((each) => each && take(each)),
      size: size - missing.size,
      shard,
    };
  }
}

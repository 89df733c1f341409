import type { Tensor } from '../../tensor/tensor.js';
import type { Histogram } from '../log/event.js';

/** Values of a tensor that are counted; of larger tensors, so many at even distances. */
const MOST_VALUES = 65_536;
const BUCKETS = 40;
/** Values that are copied from a device at most. */
const MOST_COPIED = 1 << 20;

/** Some values of a tensor, at even distances. */
type Sampled = Pick<Float32Array, 'length' | number>;

/** Count values of a tensor that host memory holds; null where a device holds it. */
export function histogramNow(name: string, tensor: Tensor): Histogram | null {
  const { storage, dtype, size } = tensor;
  const values = storage.backend.view?.(storage.buffer, dtype, size);
  return values ? histogramOf(name, values as Sampled) : null;
}

/** Count values of a tensor on a device; null where there are too many to copy. */
export async function histogramLater(name: string, tensor: Tensor): Promise<Histogram | null> {
  return tensor.size > MOST_COPIED ? null : histogramOf(name, await tensor.data());
}

/** Count values in buckets of equal width. */
export function histogramOf(name: string, values: Sampled): Histogram {
  // An odd distance, so that the samples do not all fall into the same channels.
  const distance = values.length <= MOST_VALUES ? 1 : Math.ceil(values.length / MOST_VALUES) | 1;
  let [min, max, sum, squares, seen, bad] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, 0, 0, 0];
  for (let i = 0; i < values.length; i += distance) {
    const value = values[i];
    if (!Number.isFinite(value)) {
      bad++;
      continue;
    }
    if (value < min) min = value;
    if (value > max) max = value;
    sum += value;
    squares += value * value;
    seen++;
  }
  if (seen === 0) return { name, min: 0, max: 0, counts: [], mean: 0, deviation: 0, norm: 0, bad };
  const mean = sum / seen;
  return {
    name,
    min,
    max,
    counts: bucketCounts(values, distance, min, max),
    mean,
    deviation: Math.sqrt(Math.max(0, squares / seen - mean * mean)),
    norm: Math.sqrt((squares / (seen + bad)) * values.length),
    bad,
  };
}

/** Equal values take one bucket. */
function bucketCounts(values: Sampled, distance: number, min: number, max: number): number[] {
  const buckets = min === max ? 1 : BUCKETS;
  const counts = new Array<number>(buckets).fill(0);
  const scale = min === max ? 0 : buckets / (max - min);
  for (let i = 0; i < values.length; i += distance) {
    const value = values[i];
    if (Number.isFinite(value)) counts[Math.min(buckets - 1, Math.floor((value - min) * scale))]++;
  }
  return counts;
}

import { argMax } from '../../ops/reductions.js';
import { keep } from '../../tensor/scope.js';
import { handleOf, type Tensor } from '../../tensor/tensor.js';

/** With more classes the matrix is neither written nor drawn. */
const MOST_CLASSES = 200;

/** Classes of a batch and what they were taken for, on their way from the device. */
interface PendingBatch {
  readonly labels: ArrayLike<number> | Promise<ArrayLike<number>>;
  readonly predicted: ArrayLike<number> | Promise<ArrayLike<number>>;
  readonly tensors: readonly Tensor[];
}

/**
 * Counts which class was taken for which in an evaluation, by the first output. Null where it does not tell classes:
 * predictions of other shapes than [batch, classes] or [batch, 1], labels that are neither classes nor one-hot.
 */
export class ConfusionCounter {
  private pending: PendingBatch[] = [];
  private classes = 0;
  private isOneHot = false;
  /** Whether one output stands for two classes. */
  private isBinary = false;
  private fits = true;

  begin(): void {
    this.dispose();
    this.fits = true;
    this.classes = 0;
  }

  /** Note a batch; called within a step, whose tensors are freed after it. */
  add(predictions: Tensor, labels: Tensor): void {
    const [, width] = predictions.shape;
    const [count, labelWidth = 1] = labels.shape;
    this.fits &&=
      predictions.rank === 2 &&
      labels.rank <= 2 &&
      count === predictions.shape[0] &&
      (labelWidth === 1 || labelWidth === width) &&
      width <= MOST_CLASSES;
    if (!this.fits) return;
    this.isBinary = width === 1;
    this.classes = this.isBinary ? 2 : width;
    this.isOneHot = labelWidth > 1;
    const seen = hostValues(predictions);
    const known = seen && hostValues(labels);
    if (!seen || !known) {
      this.addFromDevice(predictions, labels);
      return;
    }
    // Copies, since the step frees its tensors.
    const predicted = this.isBinary ? Float32Array.from(seen) : largestOfRows(seen, count, width);
    this.pending.push({ labels: Float32Array.from(known), predicted, tensors: [] });
  }

  private addFromDevice(predictions: Tensor, labels: Tensor): void {
    // The step frees its own tensors before a device has answered.
    const tensors = [keep(handleOf(labels)), keep(this.isBinary ? handleOf(predictions) : argMax(predictions, -1))];
    const [own, predicted] = tensors.map((tensor) => tensor.data());
    this.pending.push({ labels: own, predicted, tensors });
  }

  /** @returns `counts[true][predicted]` */
  async end(): Promise<number[][] | null> {
    const { classes } = this;
    const counts = Array.from({ length: classes }, () => new Array<number>(classes).fill(0));
    try {
      const batches = await Promise.all(
        this.pending.map(async ({ labels, predicted }) => ({ labels: await labels, guesses: await predicted })),
      );
      // The only output is a probability, or its logit.
      const threshold = batches.some(({ guesses }) => Array.from(guesses).some((p) => p < 0 || p > 1)) ? 0 : 0.5;
      for (const { labels, guesses } of batches) {
        const classes = this.isBinary ? Array.from(guesses, (p) => Number(p > threshold)) : guesses;
        this.fits &&= this.count(counts, labels, classes);
      }
      return this.fits && classes > 0 ? counts : null;
    } finally {
      this.dispose();
    }
  }

  /** @returns whether all labels are classes */
  private count(counts: number[][], labels: ArrayLike<number>, guesses: ArrayLike<number>): boolean {
    const { classes, isOneHot } = this;
    for (let row = 0; row < guesses.length; row++) {
      const label = isOneHot ? hotIndex(labels, row * classes, classes) : labels[row];
      // −1 marks samples that losses leave out.
      if (label === -1) continue;
      if (!Number.isInteger(label) || label < 0 || label >= classes) return false;
      counts[label][guesses[row]]++;
    }
    return true;
  }

  private dispose(): void {
    for (const { tensors } of this.pending) for (const tensor of tensors) tensor.dispose();
    this.pending = [];
  }
}

/** The values of a tensor where host memory holds them; else undefined. */
const hostValues = ({ storage, dtype, size }: Tensor): ArrayLike<number> | undefined =>
  storage.backend.view?.(storage.buffer, dtype, size);

/** The first largest value of each row, as `argMax` finds it. */
function largestOfRows(values: ArrayLike<number>, rows: number, width: number): Int32Array {
  return Int32Array.from({ length: rows }, (_, row) => {
    let largest = 0;
    for (let i = 1; i < width; i++) if (values[row * width + i] > values[row * width + largest]) largest = i;
    return largest;
  });
}

/** The place of the only 1 among zeros; NaN where a row is something else. */
function hotIndex(values: ArrayLike<number>, start: number, length: number): number {
  let found = Number.NaN;
  for (let i = 0; i < length; i++) {
    const value = values[start + i];
    if (value === 0) continue;
    if (value !== 1 || !Number.isNaN(found)) return Number.NaN;
    found = i;
  }
  return found;
}

import type { Model } from '../../models/model.js';
import { keep } from '../../tensor/scope.js';
import { handleOf, type Tensor } from '../../tensor/tensor.js';
import type { Variable } from '../../tensor/variable.js';
import type { Histogram, HistogramsEvent } from '../log/event.js';
import { Budget } from './budget.js';
import { histogramLater, histogramNow } from './histogram.js';

/** Share of the time of a run that histograms may take. */
const SHARE = 0.005;
/** Milliseconds after which weights are looked at within a long epoch. */
const LONG_EPOCH = 600_000;

/** How far training is. */
interface Place {
  readonly epoch: number;
  readonly step: number;
}

/** Takes histograms of weights and gradients as often as is affordable. */
export class HistogramTaker {
  private readonly budget = new Budget(SHARE);
  private takenAt = performance.now();
  private wantsGradients = true;
  /** What is on its way from a device. */
  private pending: Promise<void>[] = [];

  /** @param isOn whether histograms are taken at all */
  constructor(
    private readonly isOn: boolean,
    private readonly write: (event: HistogramsEvent) => void,
  ) {}

  /** Whether weights should be looked at within an epoch. */
  get isDue(): boolean {
    return this.isOn && performance.now() - this.takenAt > LONG_EPOCH;
  }

  /** From now on, the gradients of a step are wanted. */
  allowGradients(): void {
    this.wantsGradients = true;
  }

  takeWeights(model: Model, place: Place): void {
    this.takenAt = performance.now();
    if (!this.isOn || !this.budget.isAffordable) return;
    this.allowGradients();
    this.take(
      'weights',
      place,
      model.trainableWeights.map(({ variable }) => [variable.name, variable]),
    );
  }

  /** @param gradients of one step, which frees them */
  takeGradients(gradients: readonly (Tensor | undefined)[], variables: readonly Variable[], place: Place): void {
    if (!this.isOn || !this.wantsGradients || !this.budget.isAffordable) return;
    this.wantsGradients = false;
    const named = gradients.flatMap((gradient, index): [string, Tensor][] =>
      gradient ? [[variables[index].name, gradient]] : [],
    );
    this.take('gradients', place, named);
  }

  private take(of: HistogramsEvent['of'], { epoch, step }: Place, tensors: readonly [string, Tensor][]): void {
    const found = this.budget.spend(() => tensors.map(([name, tensor]) => histogramNow(name, tensor)));
    const emit = (histograms: readonly (Histogram | null)[]): void => {
      const whole = histograms.filter((each) => each !== null);
      if (whole.length > 0) this.write({ kind: 'histograms', at: Date.now(), epoch, step, of, histograms: whole });
    };
    if (!found.includes(null)) emit(found);
    else this.pending.push(Promise.all(found.map((each, index) => each ?? laterOf(...tensors[index]))).then(emit));
  }

  /** Wait for what is on its way from a device. */
  async settle(): Promise<void> {
    await Promise.allSettled(this.pending.splice(0));
  }
}

/** Read a tensor from a device; its step may free it meanwhile. */
async function laterOf(name: string, tensor: Tensor): Promise<Histogram | null> {
  const kept = keep(handleOf(tensor));
  try {
    return await histogramLater(name, kept);
  } finally {
    kept.dispose();
  }
}

import type { TypedArray } from '../../base/dtype.js';
import { FormatError, ValueError } from '../../base/errors.js';
import { boolean, type Given, readOptions } from '../../base/options.js';
import { clone } from '../../ops/reshape.js';
import { AVERAGE } from '../../optim/averaging.js';
import { dispose, keep } from '../../tensor/scope.js';
import type { Tensor } from '../../tensor/tensor.js';
import type { Variable } from '../../tensor/variable.js';
import type { CallbackState } from '../callback-state.js';
import { Callback } from './callback.js';

const OPTIONS = {
  /** Whether to keep the averages in the model from the end of an epoch to the next; default false. */
  swapOnEpoch: boolean().default(false),
};

export type SwapEMAWeightsOptions = Given<typeof OPTIONS>;

/** A trained weight, and its value while its average is in its place. */
interface Kept {
  readonly weight: Variable;
  readonly value: Tensor;
}

/**
 * Evaluate with the moving averages of the weights, which an optimizer with `useEma` keeps: they are assigned before
 * each evaluation, and the trained weights after it. The two share their memory with the optimizer; nothing is copied.
 * With `swapOnEpoch`, place a `modelCheckpoint` after it to save the averages.
 * @throws ValueError when the optimizer has no `useEma`, or several processes train together
 * @see keras.callbacks.SwapEMAWeights
 * @example await model.fit(x, y, { validationSplit: 0.1, callbacks: [callbacks.swapEMAWeights({ swapOnEpoch: true })] })
 */
export class SwapEMAWeights extends Callback {
  static readonly className: string = 'SwapEMAWeights';
  private readonly options;
  private kept: readonly Kept[] | null = null;

  constructor(options?: SwapEMAWeightsOptions) {
    super();
    this.options = readOptions('swapEMAWeights', OPTIONS, options);
  }

  override onTrainBegin(): void {
    this.assertUsable();
    this.forget();
  }

  override onEpochBegin(): void {
    if (this.options.swapOnEpoch) this.restoreTrained();
  }

  override onEpochEnd(): void {
    if (this.options.swapOnEpoch) this.takeAverages();
  }

  override onTestBegin(): void {
    this.assertUsable();
    this.takeAverages();
  }

  override onTestEnd(): void {
    this.restoreTrained();
  }

  /** `fit` has assigned the averages for good. */
  override onTrainEnd(): void {
    this.forget();
  }

  /** @internal */
  override getState(): CallbackState {
    const arrays = this.kept?.map(({ value }) => value.dataSync() as TypedArray);
    return { values: { isSwapped: arrays !== undefined }, ...(arrays ? { arrays } : {}) };
  }

  /** @internal */
  override setState({ values, arrays }: CallbackState): void {
    this.forget();
    if (!values.isSwapped) return;
    const weights = this.averages.map(({ weight }) => weight);
    const sizes = weights.map(({ size }) => size);
    const found = (arrays ?? []).map(({ length }) => length);
    if (String(found) !== String(sizes)) {
      throw new FormatError(`swapEMAWeights: the weights that were kept have sizes ${found}, expected ${sizes}`);
    }
    // The model has the averages, as when the state was taken.
    for (const [index, weight] of weights.entries()) weight.assignValues(arrays![index]);
    this.takeAverages();
  }

  private get averages() {
    return this.model.optimizer.slots().flatMap(({ weight, slot, value }): Kept[] => {
      return slot === AVERAGE && !weight.isDisposed ? [{ weight, value }] : [];
    });
  }

  private takeAverages(): void {
    if (this.kept) return;
    const { averages } = this;
    this.kept = averages.map(({ weight }) => ({ weight, value: keep(clone(weight)) }));
    for (const { weight, value } of averages) weight.assign(value);
  }

  private restoreTrained(): void {
    for (const { weight, value } of this.kept ?? []) if (!weight.isDisposed) weight.assign(value);
    this.forget();
  }

  private forget(): void {
    dispose(this.kept?.map(({ value }) => value) ?? []);
    this.kept = null;
  }

  private assertUsable(): void {
    const { optimizer, name } = this.model;
    if (!optimizer.useEma) {
      throw new ValueError(`swapEMAWeights: useEma of the ${optimizer.className} of ${name} is false, expected true`);
    }
    if ((this.params.processes ?? 1) > 1) {
      throw new ValueError('swapEMAWeights: fit is called with distribute, expected one process');
    }
  }
}

/** See `SwapEMAWeights`. @example await model.measure(x, y, { callbacks: [callbacks.swapEMAWeights()] }) */
export const swapEMAWeights = (options?: SwapEMAWeightsOptions): SwapEMAWeights => new SwapEMAWeights(options);

import { differentiate } from '../../autograd/differentiate.js';
import { collectingLosses } from '../../layers/base/added-losses.js';
import { asList } from '../../layers/base/layer.js';
import { withoutRecording } from '../../ops/op.js';
import type { Optimizer } from '../../optim/optimizer.js';
import { dispose, retaining, tidy } from '../../tensor/scope.js';
import type { Tensor } from '../../tensor/tensor.js';
import type { Variable } from '../../tensor/variable.js';
import type { Batch } from '../model/step-data.js';
import type { TrainableModel } from '../model/trained-model.js';
import { applyConstraints } from './constraints.js';
import type { OutputLosses } from './output-losses.js';
import type { Step, StepResult, StepWatcher } from './step-result.js';
import type { SummedGradients } from './summed-gradients.js';

/** The numbers of a step, and the gradient of each trainable weight. */
interface Backward {
  readonly result: StepResult;
  readonly gradients: readonly (Tensor | undefined)[];
}

/** Forward pass, losses, gradients and one update. */
export class TrainStep implements Step {
  constructor(
    private readonly model: TrainableModel,
    private readonly losses: OutputLosses,
    private readonly optimizer: Optimizer,
    private readonly summedGradients: (() => SummedGradients) | null = null,
  ) {}

  run(batch: Batch, watcher?: StepWatcher): StepResult | Promise<StepResult> {
    const summed = this.summedGradients?.();
    if (summed) return this.runTogether(batch, summed, watcher);
    return tidy(() => {
      const { result, gradients } = this.backward(batch);
      this.update(gradients, watcher);
      return result;
    });
  }

  /** The same with the sums of gradients over all processes, for which the update may have to wait. */
  private runTogether(
    batch: Batch,
    summed: SummedGradients,
    watcher: StepWatcher | undefined,
  ): StepResult | Promise<StepResult> {
    const { result, gradients } = tidy(() => this.backward(batch, summed));
    const update = () => {
      try {
        tidy(() => this.update(gradients, watcher));
      } finally {
        dispose(gradients);
      }
      return result;
    };
    const waiting = summed.finish();
    return waiting ? waiting.then(update) : update();
  }

  private backward(batch: Batch, summed?: SummedGradients): Backward {
    const { model, losses } = this;
    let result: StepResult | undefined;
    const loss = (): Tensor => {
      const predictions = asList(model.apply(batch.xs, { training: true }));
      const found = losses.of(predictions, batch);
      withoutRecording(() => {
        result = losses.result(found, predictions, batch);
      });
      return found.total;
    };
    const variables = model.trainableWeights.map(({ variable }) => variable);
    const { gradients } = collectingLosses(() => differentiate(loss, variables, undefined, undefined, summed));
    return { result: result!, gradients };
  }

  private update(gradients: Backward['gradients'], watcher: StepWatcher | undefined): void {
    const { optimizer } = this;
    const weights = this.model.trainableWeights;
    const variables = weights.map(({ variable }) => variable);
    watcher?.gradients?.(gradients, variables);
    const pairs = gradients.flatMap((gradient, index): [Tensor, Variable][] =>
      gradient ? [[gradient, variables[index]]] : [],
    );
    optimizer.build(variables);
    optimizer.applyGradients(pairs);
    applyConstraints(weights);
  }
}

/** Forward pass, losses and metrics in inference mode. */
export class TestStep implements Step {
  constructor(
    private readonly model: TrainableModel,
    private readonly losses: OutputLosses,
  ) {}

  run(batch: Batch, watcher?: StepWatcher): StepResult {
    const { model, losses } = this;
    return tidy(() =>
      retaining(() =>
        collectingLosses(() => {
          const predictions = asList(model.apply(batch.xs, { training: false }));
          watcher?.predictions?.(predictions, batch);
          return losses.result(losses.of(predictions, batch), predictions, batch);
        }),
      ),
    );
  }
}

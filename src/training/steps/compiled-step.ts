import { differentiate } from '../../autograd/differentiate.js';
import { asList } from '../../layers/base/layer.js';
import { withoutRecording } from '../../ops/op.js';
import type { Optimizer } from '../../optim/optimizer.js';
import { retaining, tidy } from '../../tensor/scope.js';
import type { Tensor } from '../../tensor/tensor.js';
import type { Variable } from '../../tensor/variable.js';
import type { Batch } from '../model/step-data.js';
import type { TrainableModel } from '../model/trained-model.js';
import { applyConstraints } from './constraints.js';
import type { OutputLosses } from './output-losses.js';
import type { Step, StepResult } from './step-result.js';
import type { SummedGradients } from './summed-gradients.js';

/** Forward pass, losses, gradients and one update. */
export class TrainStep implements Step {
  constructor(
    private readonly model: TrainableModel,
    private readonly losses: OutputLosses,
    private readonly optimizer: Optimizer,
    private readonly summedGradients: (() => SummedGradients) | null = null,
  ) {}

  run(batch: Batch): StepResult {
    const { model, losses, optimizer } = this;
    const weights = model.trainableWeights;
    const variables = weights.map((weight) => weight.variable);
    return tidy(() => {
      let result: StepResult | undefined;
      const loss = (): Tensor => {
        const predictions = asList(model.apply(batch.xs, { training: true }));
        const found = losses.of(predictions, batch);
        withoutRecording(() => {
          result = losses.result(found, predictions, batch);
        });
        return found.total;
      };
      const summed = this.summedGradients?.();
      const { gradients } = differentiate(loss, variables, undefined, undefined, summed);
      summed?.finish();
      const pairs = gradients.flatMap((gradient, index): [Tensor, Variable][] =>
        gradient ? [[gradient, variables[index]]] : [],
      );
      optimizer.build(variables);
      optimizer.applyGradients(pairs);
      applyConstraints(weights);
      return result!;
    });
  }
}

/** Forward pass, losses and metrics in inference mode. */
export class TestStep implements Step {
  constructor(
    private readonly model: TrainableModel,
    private readonly losses: OutputLosses,
  ) {}

  run(batch: Batch): StepResult {
    const { model, losses } = this;
    return tidy(() =>
      retaining(() => {
        const predictions = asList(model.apply(batch.xs, { training: false }));
        return losses.result(losses.of(predictions, batch), predictions, batch);
      }),
    );
  }
}

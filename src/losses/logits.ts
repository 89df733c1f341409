import { addRecorder, type Inputs, type Op, type Recorded, type Recorder, removeRecorder, run } from '../tensor/op.js';
import { dispose, keep } from '../tensor/scope.js';
import { aliasOf, type Tensor } from '../tensor/tensor.js';
import type { Loss } from './loss.js';

/** An op that ran, as a tape keeps it. */
export interface Step extends Recorded {
  readonly op: Op<Inputs, unknown>;
}

/** Losses per sample, taken from before the last activation where the loss is more exact there and a step ends in it. */
export function lossesOf(loss: Loss, yTrue: Tensor, yPred: Tensor, last: Step | undefined): Tensor {
  const { fromLogits } = loss;
  const logits = fromLogits && last && logitsBefore(fromLogits.activation, last);
  return logits ? fromLogits.perSample(yTrue, logits) : loss.perSample(yTrue, yPred);
}

/** What an activation was computed from; an op that has it fused is run again without, which only last layers pay. */
function logitsBefore(activation: 'softmax' | 'sigmoid', { op, inputs, options }: Step): Tensor | undefined {
  if (op.name === activation) return inputs.x;
  const fused = options as { readonly activation?: unknown } | null;
  if (fused?.activation === activation && op.name !== 'activationGradient') {
    return run(op, inputs, { ...fused, activation: null });
  }
  return undefined;
}

/**
 * Where no tape listens: remembers the softmaxes and sigmoids that run, with tensors of its own over their inputs'
 * buffers, so that nothing else has to stay alive for it.
 */
export class ActivationWatch implements Recorder {
  readonly passive = true;
  private readonly steps = new Map<number, Step>();

  record(op: Op<Inputs, unknown>, { inputs, options, output }: Recorded): void {
    const fused = (options as { readonly activation?: unknown } | null)?.activation;
    if (op.name !== 'softmax' && op.name !== 'sigmoid' && fused !== 'sigmoid') return;
    const own = Object.entries(inputs).map(([name, input]) => [name, input && keep(aliasOf(input, input.shape))]);
    this.steps.set(output.id, { op, inputs: Object.fromEntries(own), options, output });
  }

  /** Runs `f` with this watch listening. */
  listen<T>(f: () => T): T {
    addRecorder(this);
    try {
      return f();
    } finally {
      removeRecorder(this);
    }
  }

  /** Forgets every step. */
  dispose(): void {
    for (const { inputs } of this.steps.values()) dispose(inputs);
    this.steps.clear();
  }

  /** The step that made a tensor. */
  find(output: Tensor): Step | undefined {
    return this.steps.get(output.id);
  }
}

import { retain } from '../../tensor/scope.js';
import { handleOf, type Tensor } from '../../tensor/tensor.js';

/*
 * Losses that layers add in a forward pass. A step of training or evaluation collects them and adds them to the loss;
 * outside one they have no reader.
 */

let collected: Tensor[] | null = null;

/** Run a step, or its forward pass and loss. */
export function collectingLosses<T>(f: () => T): T {
  const before = collected;
  collected = [];
  try {
    return f();
  } finally {
    collected = before;
  }
}

/** Whether a loss that is added now has a reader. */
export const isCollecting = (): boolean => collected !== null;

/** Add a scalar to the loss of the step that runs; without one nothing happens. */
export function addToLoss(loss: Tensor): void {
  // The layer's scope frees its own tensor.
  collected?.push(retain(handleOf(loss)));
}

/** Return the losses added since the last call. */
export const takeAddedLosses = (): Tensor[] => collected?.splice(0) ?? [];

import type { GradientListener } from '../../autograd/tape.js';

/** Sums gradients over all processes while the backward pass runs. */
export interface SummedGradients extends GradientListener {
  /** Wait until every gradient is the sum; asynchronously where the host cannot see the gradients. */
  finish(): void | Promise<void>;
}

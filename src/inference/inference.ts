import type { Backend } from '../backends/backend.js';
import { currentBackend } from '../backends/registry.js';
import { isRecording } from '../ops/op.js';
import type { Tensor } from '../tensor/tensor.js';
import type { Variable } from '../tensor/variable.js';
import { Constants } from './constants.js';
import { Plan } from './plan.js';
import { trace } from './trace.js';

/** Number of cached plans: one for the batch size of predict, one for the last batch. */
const MOST_PLANS = 4;

/** A function whose outputs follow from its inputs and from variables, in ops. */
export interface Traceable {
  /** Whether the function may be traced: it consists of layers of the library alone. */
  readonly isTraceable: boolean;
  /** Whether something waits for the calls within the function, which a plan does not make. */
  readonly isObserved?: boolean;
  /** A new value means that the function has changed and must be planned again. */
  readonly identity: unknown;
  readonly variables: readonly Variable[];
  run(inputs: readonly Tensor[]): readonly Tensor[];
}

/**
 * A function's outputs by plans: the first call with inputs of some shape lists the kernels that the function would
 * run, rewrites the list, and all calls run it. Functions that cannot be planned run unchanged.
 */
export class Inference {
  private readonly plans = new Map<string, Plan | null>();
  private constants: Constants | null = null;
  private backend: Backend | null = null;
  private identity: unknown;

  constructor(private readonly f: Traceable) {}

  /** The outputs, which are the caller's. */
  run(inputs: readonly Tensor[]): readonly Tensor[] {
    // Recorders, such as tapes, expect the ops of the function itself.
    const plan = isRecording() || this.f.isObserved ? null : this.planFor(inputs);
    if (!plan) return this.f.run(inputs);
    this.constants!.refresh();
    return plan.run(inputs);
  }

  /** Free what plans keep. */
  dispose(): void {
    this.constants?.dispose();
    this.constants = null;
    this.plans.clear();
  }

  private planFor(inputs: readonly Tensor[]): Plan | null {
    const backend = currentBackend();
    const { identity } = this.f;
    if (backend !== this.backend || identity !== this.identity) this.dispose();
    this.backend = backend;
    this.identity = identity;
    const key = inputs.map(({ dtype, shape }) => `${dtype}${shape}`).join(';');
    let plan = this.plans.get(key);
    if (plan !== undefined) return plan;
    plan = this.make(inputs, backend);
    if (this.plans.size >= MOST_PLANS) this.plans.delete(this.plans.keys().next().value!);
    this.plans.set(key, plan);
    return plan;
  }

  private make(inputs: readonly Tensor[], backend: Backend): Plan | null {
    const { f } = this;
    if (backend.dataless || !f.isTraceable) return null;
    this.constants ??= new Constants(backend);
    try {
      // Weights that are not allocated yet would have no values to compute constants from.
      f.variables;
      return new Plan(
        trace(inputs, (tensors) => f.run(tensors)),
        backend,
        this.constants,
      );
    } catch {
      // Run unchanged, the function reports an error in its inputs, or accepts them.
      return null;
    }
  }
}

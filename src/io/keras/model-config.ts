import type { SymbolicShape } from '../../layers/base/symbolic.js';
import type { JsonObject } from '../bytes/json.js';

/* The architecture of a model in one representation for all generations of Keras. */

/** An output of a call of a layer. */
export interface TensorRef {
  readonly layer: string;
  /** Index of the call of the layer. */
  readonly call: number;
  /** Index among the outputs of the call. */
  readonly output: number;
}

/** One call of a layer in a graph. */
export interface CallConfig {
  readonly inputs: readonly TensorRef[];
  /** Whether the layer takes a list, as merging layers do. */
  readonly list: boolean;
  readonly options: JsonObject;
}

export interface LayerConfig {
  readonly className: string;
  readonly name: string;
  /** Options in nabla's spelling. */
  readonly config: JsonObject;
  /** Config of a layer that is a model. */
  readonly model: ModelConfig | null;
  /** Its calls in a functional model, in order. */
  readonly calls: readonly CallConfig[];
  /** For messages: the file and the layer in it. */
  readonly caller: string;
}

export interface ModelConfig {
  /** Custom: a user's class, the only entry in `layers`, which creates the model. */
  readonly kind: 'Sequential' | 'Functional' | 'Custom';
  /** Undefined if Keras generates a name on loading. */
  readonly name: string | undefined;
  readonly trainable: boolean | undefined;
  readonly layers: readonly LayerConfig[];
  /** Inputs and outputs of a functional model. */
  readonly inputs: readonly TensorRef[];
  readonly outputs: readonly TensorRef[];
  /** The input shape including the batch, if the layers do not state it. */
  readonly inputShape: SymbolicShape | readonly SymbolicShape[] | null;
  readonly caller: string;
}

import type { SymbolicShape } from '../../layers/base/symbolic.js';
import type { JsonObject } from '../bytes/json.js';

/* A model's architecture in one form, whichever generation of Keras wrote it. */

/** An output of a call of a layer. */
export interface TensorRef {
  readonly layer: string;
  /** Which call of the layer, from 0. */
  readonly call: number;
  /** Its place among the outputs of the call. */
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
  /** For a layer that is a model itself. */
  readonly model: ModelConfig | null;
  /** Its calls in a functional model, in order. */
  readonly calls: readonly CallConfig[];
  /** For messages: the file and the layer in it. */
  readonly caller: string;
}

export interface ModelConfig {
  /** Custom: a class of the user's, the only layer here, that makes the model itself. */
  readonly kind: 'Sequential' | 'Functional' | 'Custom';
  /** Absent where Keras made one up at loading. */
  readonly name: string | undefined;
  readonly trainable: boolean | undefined;
  readonly layers: readonly LayerConfig[];
  /** Of a functional model. */
  readonly inputs: readonly TensorRef[];
  readonly outputs: readonly TensorRef[];
  /** With the batch, where the layers do not say it. */
  readonly inputShape: SymbolicShape | readonly SymbolicShape[] | null;
  readonly caller: string;
}

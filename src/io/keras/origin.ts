import { FormatError } from '../../base/errors.js';
import type { LambdaFunction } from '../../layers/core/lambda.js';

/** Generations of Keras whose files differ. tfjs writes the format of Keras 2. */
export type Generation = 1 | 2 | 3;

/** The program that wrote a file, which determines the spelling of configs and the formulas of names. */
export interface Origin {
  readonly generation: Generation;
  /** Whether tfjs saved the model; a converted model counts as Keras's. */
  readonly tfjs: boolean;
  /**
   * Whether bilinear upsampling aligns the corners of pixels, as tfjs and Keras up to 2.3 (`resize_bilinear`) do,
   * while tf.keras since TensorFlow 1.15 and Keras 3 align their centres.
   */
  readonly cornerPixels: boolean;
  /**
   * Whether an optimizer's slots are ordered by kind (all first moments, then all second moments), as in Keras 1 and
   * Keras 2 to 2.10.
   */
  readonly slotsByKind: boolean;
  /** Whether an optimizer's weights are sorted by their names (`collect_trainable_weights`), as up to Keras 2.0.5. */
  readonly sortsWeights: boolean;
}

/** Context for reading a config. */
export interface ReadContext extends Origin {
  /** Functions for Lambda layers, by the layer's name or the function's. */
  readonly functions?: Readonly<Record<string, LambdaFunction>>;
}

/**
 * @param version as stored in files: `2.2.4`, `2.2.4-tf`, `tfjs-layers 4.22.0`; Keras 1 does not always store it
 * @throws FormatError for an unknown release
 */
export function originOf(version: unknown, caller: string): Origin {
  const text = String(version ?? '1');
  if (text.startsWith('tfjs-layers')) {
    return { generation: 2, tfjs: true, cornerPixels: true, slotsByKind: true, sortsWeights: false };
  }
  const [major, minor = 0, patch = 0] = text.split('.').map((part) => Number.parseInt(part, 10));
  if (major !== 1 && major !== 2 && major !== 3) throw new FormatError(`${caller}: keras_version is ${text}`);
  const before = (release: number): boolean => major === 1 || (major === 2 && minor < release);
  return {
    generation: major,
    tfjs: false,
    cornerPixels: before(text.endsWith('-tf') ? 2 : 4),
    slotsByKind: before(11),
    sortsWeights: before(0) || (major === 2 && minor === 0 && patch <= 5),
  };
}

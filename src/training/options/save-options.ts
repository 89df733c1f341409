/*
 * The options of `model.save`. They are declared below the folder that writes files, so that models and callbacks can
 * name them.
 */

import type { Quantization, SaveHandler } from './model-artifacts.js';

/** Kinds of files that nabla writes. */
export type ModelFormat = 'keras' | 'h5' | 'weights.h5' | 'safetensors';

/** A release of Keras whose files nabla writes. */
export type KerasVersion = '3.1.1' | '3.15.0';

/** A file that a page may write: `FileSystemFileHandle`. */
export interface WritableFile {
  readonly name: string;
  createWritable(): Promise<{ write(data: Uint8Array): Promise<void>; close(): Promise<void> }>;
}

/**
 * A path or `file://` URL (under Node), `downloads://name`, `indexeddb://name`, `localstorage://name` or `opfs://name`
 * (in a browser), `https://…`, a file handle, or a handler as tfjs has it.
 */
export type SaveTarget = FileTarget | SaveHandler;

/** A target that takes the bytes of one file. */
export type FileTarget = string | URL | WritableFile;

export interface EncodeOptions {
  /** Whether to write the optimizer's state and the progress of training too; default true. */
  readonly includeOptimizer?: boolean;
  /** Epochs done, from which `resumeTraining` continues; default: those of the last `fit`. */
  readonly epoch?: number;
  /** The release of Keras to write for; default 3.1.1, which every Keras 3 reads. */
  readonly kerasVersion?: KerasVersion;
}

export interface SaveOptions extends EncodeOptions {
  /** Default: by the ending of the target's name. */
  readonly format?: ModelFormat;
  /** Shorter numbers in tfjs's form, which lose precision; default none. */
  readonly quantize?: Quantization;
}

import type { ModelFormat } from '../../training/options/save-options.js';
import { h5Writer } from './h5/writer.js';
import { kerasWriter } from './keras/writer.js';
import type { ModelWriter } from './model-writer.js';
import { safetensorsWriter } from './safetensors/writer.js';
import { weightsH5Writer } from './weights-h5/writer.js';

/** All writers, by their names in the options of `saveModel`. The first one whose extension matches is used. */
export const WRITERS: Readonly<Record<ModelFormat, ModelWriter>> = {
  keras: kerasWriter,
  'weights.h5': weightsH5Writer,
  h5: h5Writer,
  safetensors: safetensorsWriter,
};

export const MODEL_FORMATS = Object.keys(WRITERS) as readonly ModelFormat[];

/** Return the format for the extension of a file name; null if there is none. */
export const formatOf = (name: string): ModelFormat | null =>
  MODEL_FORMATS.find((format) => WRITERS[format].ending.test(name)) ?? null;

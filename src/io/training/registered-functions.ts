import { ValueError } from '../../base/errors.js';
import type { JsonObject } from '../bytes/json.js';

/** A custom function as a Keras 3 config: programs that read the file must register a function under this name. */
export const writeFunction = (name: string): JsonObject => ({
  module: 'builtins',
  class_name: 'function',
  config: name,
  registered_name: 'function',
});

export const notSaved = (what: string, name: string): ValueError =>
  new ValueError(
    `saveModel: the ${what} '${name}' is a function, which cannot be saved; register it under a name, or save with ` +
      '{ includeOptimizer: false }',
  );

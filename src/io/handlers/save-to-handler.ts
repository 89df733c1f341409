import { ValueError } from '../../base/errors.js';
import { show } from '../../base/show.js';
import type { Model } from '../../models/model.js';
import type { SaveOptions, SaveTarget } from '../../training/options/save-options.js';
import { artifactsOf, type IOHandler, isHandler, type SaveResult } from './artifacts.js';
import { fileSystem } from './files.js';
import { getSaveHandlers } from './routes.js';

/** The handler for a target in tfjs's format; null for files in other formats. */
export function saveHandlerOf(target: SaveTarget, hasFormat: boolean): IOHandler | null {
  if (isHandler(target)) return target;
  const url = target instanceof URL ? target.href : target;
  if (typeof url !== 'string' || hasFormat) return null;
  if (/\.json$/.test(url) && !/^[a-z0-9]+:\/\//.test(url)) return fileSystem(url);
  return getSaveHandlers(url)[0] ?? null;
}

/**
 * Save a model in tfjs's format: config and weights, without the optimizer.
 * @throws ValueError when the handler cannot save, or tfjs could not read the model
 */
export async function saveToHandler(model: Model, handler: IOHandler, options: SaveOptions): Promise<SaveResult> {
  const { includeOptimizer, epoch, kerasVersion, quantize } = options;
  if (!handler.save) throw new ValueError(`${model.name}: the handler has no save, expected one that saves models`);
  for (const [name, value] of Object.entries({
    includeOptimizer: includeOptimizer || undefined,
    epoch,
    kerasVersion,
  })) {
    if (value === undefined) continue;
    throw new ValueError(`${model.name}: ${name} is ${show(value)}, which tfjs's format does not support; use .keras`);
  }
  return handler.save(await artifactsOf(model, quantize));
}

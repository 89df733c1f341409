import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ValueError } from '../base/errors.js';
import { didYouMean } from '../base/names.js';
import { loadModel } from '../io/load.js';
import type { Model } from '../models/model.js';
import { zoo } from '../zoo/index.js';
import { MODEL_FILE } from './run/run-folder.js';

/**
 * Make a model by its name in the zoo, or load it from a file or the folder of a run.
 * @throws ValueError when it is neither @throws FormatError when the file is damaged
 */
export async function findModel(nameOrFile: string): Promise<Model> {
  const make = Object.hasOwn(zoo, nameOrFile) ? zoo[nameOrFile] : undefined;
  if (make) return make();
  const inRun = join(nameOrFile, MODEL_FILE);
  if (existsSync(inRun)) return loadModel(inRun);
  if (existsSync(nameOrFile)) return loadModel(nameOrFile);
  throw new ValueError(
    `${nameOrFile}: neither a file nor the name of a model, expected a file or one of ` +
      `${Object.keys(zoo).join(', ')}${didYouMean(nameOrFile, Object.keys(zoo))}`,
  );
}

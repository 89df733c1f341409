import { existsSync } from 'node:fs';
import { ValueError } from '../base/errors.js';
import { didYouMean } from '../base/names.js';
import { loadModel } from '../io/load.js';
import type { Model } from '../models/model.js';
import { zoo } from '../zoo/index.js';

/**
 * Make a model by its name in the zoo, or load it from a file.
 * @throws ValueError when it is neither @throws FormatError when the file is damaged
 */
export async function findModel(nameOrFile: string): Promise<Model> {
  const make = Object.hasOwn(zoo, nameOrFile) ? zoo[nameOrFile] : undefined;
  if (make) return make();
  if (existsSync(nameOrFile)) return loadModel(nameOrFile);
  throw new ValueError(
    `${nameOrFile}: no file and no model of that name, expected a file or one of ` +
      `${Object.keys(zoo).join(', ')}${didYouMean(nameOrFile, Object.keys(zoo))}`,
  );
}

import { findExperiment } from './experiments.js';
import { isPictureFolder } from './own-pictures.js';
import { OWN_PICTURES } from './recipe.js';
import { type RunSettings, SETTINGS } from './run-settings.js';

/** Combine the settings of the command line with the recipe's defaults. */
export async function settingsOf(
  experiment: string,
  options: Partial<Omit<RunSettings, 'experiment'>>,
): Promise<RunSettings> {
  const { seed = 1, data } = options;
  const pictures = data !== undefined && (await isPictureFolder(data));
  const { epochs, batch } = pictures ? OWN_PICTURES : findExperiment(experiment);
  const given = Object.fromEntries(SETTINGS.map((name) => [name, options[name]]));
  return { ...given, experiment, epochs: options.epochs ?? epochs, batch: options.batch ?? batch, seed, pictures };
}

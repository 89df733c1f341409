import { Command } from 'commander';
import { ValueError } from '../../base/errors.js';
import { findLearningRate } from '../../interpret/learning-rate-finder.js';
import { setSeed } from '../../tensor/random.js';
import { integerOption } from '../integer-option.js';
import { positiveNumber } from '../positive-number.js';
import { labelsOf } from '../recipes/experiment-data.js';
import { freshModel } from '../recipes/fresh-model.js';
import { compileOptionsOf } from '../recipes/overrides.js';
import { findRecipe } from '../recipes/recipe.js';
import { stepsOf } from '../recipes/run-data.js';
import type { RunSettings } from '../recipes/run-settings.js';
import { settingsOf } from '../recipes/settings-of.js';
import { withTurbo } from '../turbo.js';
import { writePicture } from '../write-picture.js';
import { withRunOptions } from './run-options.js';

interface FindOptions extends Partial<Omit<RunSettings, 'experiment'>> {
  readonly weights?: string;
  readonly from: number;
  readonly to: number;
  readonly steps: number;
  readonly out: string;
}

/** `nabla lr-find`: train for some steps at increasing learning rates, and suggest one. */
export function lrFindCommand(): Command {
  return withTurbo(withRunOptions(new Command('lr-find')))
    .description('train for some steps at increasing learning rates, plot the losses, and suggest a rate')
    .option('--from <rate>', 'learning rate of the first step', positiveNumber, 1e-6)
    .option('--to <rate>', 'learning rate of the last step', positiveNumber, 1)
    .option(
      '--steps <n>',
      'maximum number of steps; the search also ends when the loss explodes',
      integerOption(10),
      100,
    )
    .option('--out <file>', 'output file for the plot: .svg or .png', 'learning-rates.svg')
    .action(findRate);
}

async function findRate(name: string, { weights, from, to, steps, out, ...given }: FindOptions): Promise<void> {
  const settings = await settingsOf(name, given);
  const recipe = await findRecipe(settings);
  setSeed(settings.seed);
  const model = await freshModel(recipe, settings, weights);
  const data = await recipe.open(model);
  try {
    // A number in place of the article's schedule, because the search sets the rate itself.
    model.compile(compileOptionsOf(recipe.plan, { ...settings, learningRate: from }, stepsOf(data, settings)));
    const labels = labelsOf(data.train, model, recipe.plan);
    const batchSize = settings.batch;
    const found = await findLearningRate(model, data.train.samples, labels, { from, to, steps, batchSize });
    if (found.losses.length === 0)
      throw new ValueError(`lr-find: the loss is not finite at ${from}, expected a lower --from`);
    const { learningRates } = await import('../../plots/index.js');
    await writePicture(out, () => learningRates(found), 2);
    console.log(`${out}: ${found.losses.length} steps, from ${from} to ${format(found.rates.at(-1)!)}`);
    console.log(
      found.suggestion === null
        ? 'The loss never decreases: no rate can be suggested.'
        : `The loss decreases fastest at ${format(found.suggestion)}: --learning-rate ${format(found.suggestion)}`,
    );
  } finally {
    await data.close();
  }
}

const format = (rate: number): string => String(Number(rate.toPrecision(2)));

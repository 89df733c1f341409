import { Command, Option } from 'commander';
import { ValueError } from '../../base/errors.js';
import { integerOption } from '../integer-option.js';
import { positiveNumber } from '../positive-number.js';
import { SCHEDULE_NAMES } from '../recipes/overrides.js';
import { type TrainOptions, train } from '../run/train.js';
import { withTurbo } from '../turbo.js';
import { withRunOptions } from './run-options.js';

/** `nabla train`: run an experiment of the articles, from images to a report. */
export function trainCommand(): Command {
  return withTurbo(withRunOptions(new Command('train')))
    .description(
      'train a model of the zoo as its article does, or on a folder of pictures, and write a report of the run',
    )
    .option('--epochs <n>', "passes over the training images (default: the article's; 3 of lenet5)", integerOption(1))
    .option('--test-limit <n>', 'validate on so many images at most, balanced over the classes', integerOption(1))
    .option('--threads <n>', 'threads of the wasm backend (default: one a core)', integerOption(1))
    .addOption(
      new Option(
        '--backend <name>',
        'what computes; auto: webgpu for a model of a million weights where there is a GPU',
      )
        .choices(['auto', 'wasm', 'cpu', 'gpu', 'webgpu'])
        .default('auto'),
    )
    .option('--learning-rate <rate>', "at the start (default: the article's, or the optimizer's)", positiveNumber)
    .addOption(new Option('--schedule <name>', 'how the learning rate falls over the run').choices(SCHEDULE_NAMES))
    .option(
      '--patience <epochs>',
      'end after so many epochs without a better loss, with the best weights',
      integerOption(0),
    )
    .addOption(new Option('--class-weight <how>', 'let rare classes count as much as others').choices(['balanced']))
    .option('--out <folder>', 'where the run is written (default: runs/<date>-<model>)')
    .option('--resume <folder>', 'continue a run that was interrupted, with its own settings')
    .option(
      '--distribute',
      'train with all processes of mpirun or srun; each computes a part of every batch on its share of the cores',
    )
    .option('--save-every <minutes>', 'how often a run is saved within an epoch (default: 5)', positiveNumber)
    .option('--watch', 'serve a page on this machine that shows the run: curves, histograms, buttons to stop and save')
    .option('--watch-port <n>', 'the port of the page (default: a free one)', integerOption(0))
    .action((model: string, options: TrainOptions, command: Command) => {
      if (options.resume) assertNoSettings(command);
      return train(model, options);
    });
}

/** Options of a resumed run; it keeps all others from its start. */
const RESUMABLE: readonly string[] = ['resume', 'threads', 'backend', 'saveEvery', 'distribute', 'watch', 'watchPort'];

/** @throws ValueError when `--resume` is combined with settings, which the run would ignore */
function assertNoSettings(command: Command): void {
  const given = command.options.find(
    (option) =>
      !RESUMABLE.includes(option.attributeName()) && command.getOptionValueSource(option.attributeName()) === 'cli',
  );
  const name = given ? given.long : command.args[0];
  if (name)
    throw new ValueError(
      `train: ${name} is given with --resume, expected neither a model nor its settings: the run has its own`,
    );
}

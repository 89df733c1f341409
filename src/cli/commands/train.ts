import { Command, Option } from 'commander';
import { ValueError } from '../../base/errors.js';
import { integerOption } from '../integer-option.js';
import { positiveNumber } from '../positive-number.js';
import { SCHEDULE_NAMES } from '../recipes/overrides.js';
import { type TrainOptions, train } from '../run/train.js';
import { withTurbo } from '../turbo.js';
import { withRunOptions } from './run-options.js';

/** `nabla train`: run an experiment of an article, or train on a folder of images, and write a report. */
export function trainCommand(): Command {
  return withTurbo(withRunOptions(new Command('train')))
    .description('train a model of the zoo as in its article, or on a folder of images, and write a report')
    .option('--epochs <n>', "passes over the training images (default: the article's; 3 of lenet5)", integerOption(1))
    .option('--test-limit <n>', 'validate on at most n images, balanced over the classes', integerOption(1))
    .option('--threads <n>', 'threads of the wasm backend (default: one per core)', integerOption(1))
    .addOption(
      new Option(
        '--backend <name>',
        'backend; auto: webgpu for models with a million weights or more if there is a GPU, else wasm',
      )
        .choices(['auto', 'wasm', 'cpu', 'gpu', 'webgpu'])
        .default('auto'),
    )
    .option(
      '--learning-rate <rate>',
      "initial learning rate (default: the article's, or the optimizer's)",
      positiveNumber,
    )
    .addOption(new Option('--schedule <name>', 'schedule of the learning rate over the run').choices(SCHEDULE_NAMES))
    .option(
      '--patience <epochs>',
      'stop after n epochs without a better validation loss, and restore the best weights',
      integerOption(0),
    )
    .addOption(
      new Option(
        '--class-weight <how>',
        'weights of the classes in the loss; balanced: all classes count equally',
      ).choices(['balanced']),
    )
    .option('--out <folder>', 'folder for the run (default: runs/<date>-<model>)')
    .option('--resume <folder>', 'continue an interrupted run with its settings')
    .option(
      '--distribute',
      'train on all processes of mpirun or srun; each computes a part of every batch on its share of the cores',
    )
    .option('--save-every <minutes>', 'minutes between saves within an epoch (default: 5)', positiveNumber)
    .option('--watch', 'serve a page on this machine that shows the run: curves, histograms, buttons to stop and save')
    .option('--watch-port <n>', 'the port of the page (default: a free one)', integerOption(0))
    .action((model: string, options: TrainOptions, command: Command) => {
      if (options.resume) assertNoSettings(command);
      return train(model, options);
    });
}

/** Options that a resumed run accepts; all others are those of its start. */
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
      `train: ${name} is given with --resume, expected neither a model nor settings: those of the run are used`,
    );
}

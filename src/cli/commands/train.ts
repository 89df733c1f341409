import { Argument, Command, InvalidArgumentError, Option } from 'commander';
import { ValueError } from '../../base/errors.js';
import { integerOption } from '../integer-option.js';
import { EXPERIMENTS } from '../recipes/experiments.js';
import { type TrainOptions, train } from '../run/train.js';

/** `nabla train`: an experiment of the articles, from images to a report. */
export function trainCommand(): Command {
  return new Command('train')
    .description('train a model of the zoo as its article does, and write a report of the run')
    .addArgument(
      new Argument('[model]', 'the model, on the images it was trained on')
        .choices(Object.keys(EXPERIMENTS))
        .default('lenet5'),
    )
    .option('--epochs <n>', "passes over the training images (default: the article's; 3 of lenet5)", integerOption(1))
    .option('--batch <n>', 'images of a step (default: 32; 64 of googlenet, 16 on flowers)', integerOption(1))
    .option('--limit <n>', 'train on so many images at most, balanced over the classes', integerOption(1))
    .option('--test-limit <n>', 'validate on so many images at most, balanced over the classes', integerOption(1))
    .option('--size <n>', "pixels along height and width (default: the article's)", integerOption(1))
    .option('--seed <n>', 'of weights and shuffling', integerOption(0), 1)
    .option('--weights <file>', 'start with the weights of a file, for layers of the same name and shape')
    .option('--threads <n>', 'threads of the wasm backend (default: one a core)', integerOption(1))
    .addOption(
      new Option(
        '--backend <name>',
        'what computes; auto: webgpu for a model of a million weights where there is a GPU',
      )
        .choices(['auto', 'wasm', 'cpu', 'gpu', 'webgpu'])
        .default('auto'),
    )
    .option(
      '--data <sample|full|folder>',
      "Fashion-MNIST's bundled 10,000 / 2,000 images or all 60,000 / 10,000; or a folder of the set's official files " +
        '(default: the sample; for other sets what lies under NABLA_DATA)',
    )
    .option('--out <folder>', 'where the run is written (default: runs/<date>-<model>)')
    .option('--resume <folder>', 'continue a run that was interrupted, with its own settings')
    .option('--save-every <minutes>', 'how often a run is saved within an epoch (default: 5)', positiveNumber)
    .action((model: string, options: TrainOptions, command: Command) => {
      if (options.resume) assertNoSettings(command);
      return train(model, options);
    });
}

/** Options that a resumed run takes; all others it has from its first start. */
const RESUMABLE: readonly string[] = ['resume', 'threads', 'backend', 'saveEvery'];

/** @throws ValueError when a run that is resumed is given settings, which it would not follow */
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

function positiveNumber(text: string): number {
  const value = Number(text);
  if (!(value > 0 && Number.isFinite(value))) throw new InvalidArgumentError('expected a number > 0');
  return value;
}

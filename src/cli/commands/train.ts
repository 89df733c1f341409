import { Argument, Command, InvalidArgumentError, Option } from 'commander';
import { ValueError } from '../../base/errors.js';
import { zoo } from '../../zoo/index.js';
import { integerOption } from '../integer-option.js';
import { AUGMENTATIONS, readAugmentations } from '../recipes/augmentation.js';
import { SCHEDULE_NAMES } from '../recipes/overrides.js';
import { type TrainOptions, train } from '../run/train.js';

/** `nabla train`: run an experiment of the articles, from images to a report. */
export function trainCommand(): Command {
  return new Command('train')
    .description(
      'train a model of the zoo as its article does, or on a folder of pictures, and write a report of the run',
    )
    .addArgument(
      new Argument('[model]', 'the model; any of the zoo on your own pictures')
        .choices(Object.keys(zoo))
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
      "Fashion-MNIST's bundled 10,000 / 2,000 images or all 60,000 / 10,000; a folder of the set's official files; or " +
        'a folder of pictures, one folder per class, perhaps within train and validation ' +
        '(default: the sample; for other sets what lies under NABLA_DATA)',
    )
    .option('--validation-split <fraction>', 'of pictures that are held out (default: 0.2)', fraction)
    .option('--strict', 'end the run at a picture that cannot be read, instead of leaving it out')
    .option('--augment <list>', `change training images at random: ${AUGMENTATIONS.join(',')}`, readAugmentations)
    .option('--optimizer <name>', "adam, sgd, momentum, rmsprop, adamw, … (default: the article's, or adam)")
    .option('--learning-rate <rate>', "at the start (default: the article's, or the optimizer's)", positiveNumber)
    .addOption(new Option('--schedule <name>', 'how the learning rate falls over the run').choices(SCHEDULE_NAMES))
    .option(
      '--patience <epochs>',
      'end after so many epochs without a better loss, with the best weights',
      integerOption(0),
    )
    .addOption(new Option('--class-weight <how>', 'let rare classes count as much as others').choices(['balanced']))
    .option('--freeze <n>', 'do not train the first n layers with weights; -1: all but the last one', wholeNumber)
    .option('--out <folder>', 'where the run is written (default: runs/<date>-<model>)')
    .option('--resume <folder>', 'continue a run that was interrupted, with its own settings')
    .option(
      '--distribute',
      'train with all processes of mpirun or srun; each computes a part of every batch on its share of the cores',
    )
    .option('--save-every <minutes>', 'how often a run is saved within an epoch (default: 5)', positiveNumber)
    .action((model: string, options: TrainOptions, command: Command) => {
      if (options.resume) assertNoSettings(command);
      return train(model, options);
    });
}

/** Options of a resumed run; it keeps all others from its start. */
const RESUMABLE: readonly string[] = ['resume', 'threads', 'backend', 'saveEvery', 'distribute'];

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

function positiveNumber(text: string): number {
  const value = Number(text);
  if (!(value > 0 && Number.isFinite(value))) throw new InvalidArgumentError('expected a number > 0');
  return value;
}

function fraction(text: string): number {
  const value = Number(text);
  if (!(value > 0 && value < 1)) throw new InvalidArgumentError('expected a number between 0 and 1');
  return value;
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value === 0) throw new InvalidArgumentError('expected a whole number, not 0');
  return value;
}

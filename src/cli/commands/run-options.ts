import { Argument, type Command, InvalidArgumentError } from 'commander';
import { zoo } from '../../zoo/index.js';
import { integerOption } from '../integer-option.js';
import { AUGMENTATIONS, readAugmentations } from '../recipes/augmentation.js';

/** Add the model argument and the options for the data and the initial state of a run. */
export function withRunOptions(command: Command): Command {
  return command
    .addArgument(
      new Argument('[model]', 'model; with your own images, any model of the zoo')
        .choices(Object.keys(zoo))
        .default('lenet5'),
    )
    .option('--batch <n>', 'images per step (default: 32; googlenet: 64; on flowers: 16)', integerOption(1))
    .option('--limit <n>', 'train on at most n images, balanced over the classes', integerOption(1))
    .option('--size <n>', "height and width of the images in pixels (default: the article's)", integerOption(1))
    .option('--seed <n>', 'seed of weights and shuffling', integerOption(0), 1)
    .option('--weights <file>', 'load initial weights from a file into layers with the same names and shapes')
    .option(
      '--data <sample|full|folder|zip>',
      "Fashion-MNIST's bundled 10,000 / 2,000 images or all 60,000 / 10,000; a folder of the set's official files; or " +
        'a folder of pictures or its .zip, one folder per class, perhaps within train and validation ' +
        '(default: the sample; for other sets what lies under NABLA_DATA)',
    )
    .option(
      '--validation-split <fraction>',
      'fraction of the images to hold out for validation (default: 0.2)',
      fraction,
    )
    .option('--strict', 'end the run if an image cannot be read, instead of skipping the image')
    .option('--augment <list>', `transform training images randomly: ${AUGMENTATIONS.join(',')}`, readAugmentations)
    .option('--optimizer <name>', "adam, sgd, momentum, rmsprop, adamw, … (default: the article's, or adam)")
    .option('--freeze <n>', 'freeze the first n layers with weights; -1: all but the last one', wholeNumber);
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

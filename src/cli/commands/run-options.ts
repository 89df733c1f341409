import { Argument, type Command, InvalidArgumentError } from 'commander';
import { zoo } from '../../zoo/index.js';
import { integerOption } from '../integer-option.js';
import { AUGMENTATIONS, readAugmentations } from '../recipes/augmentation.js';

/** Add the model and the options that say what a run trains on, and with what it starts. */
export function withRunOptions(command: Command): Command {
  return command
    .addArgument(
      new Argument('[model]', 'the model; any of the zoo on your own pictures')
        .choices(Object.keys(zoo))
        .default('lenet5'),
    )
    .option('--batch <n>', 'images of a step (default: 32; 64 of googlenet, 16 on flowers)', integerOption(1))
    .option('--limit <n>', 'train on so many images at most, balanced over the classes', integerOption(1))
    .option('--size <n>', "pixels along height and width (default: the article's)", integerOption(1))
    .option('--seed <n>', 'of weights and shuffling', integerOption(0), 1)
    .option('--weights <file>', 'start with the weights of a file, for layers of the same name and shape')
    .option(
      '--data <sample|full|folder|zip>',
      "Fashion-MNIST's bundled 10,000 / 2,000 images or all 60,000 / 10,000; a folder of the set's official files; or " +
        'a folder of pictures or its .zip, one folder per class, perhaps within train and validation ' +
        '(default: the sample; for other sets what lies under NABLA_DATA)',
    )
    .option('--validation-split <fraction>', 'of pictures that are held out (default: 0.2)', fraction)
    .option('--strict', 'end the run at a picture that cannot be read, instead of leaving it out')
    .option('--augment <list>', `change training images at random: ${AUGMENTATIONS.join(',')}`, readAugmentations)
    .option('--optimizer <name>', "adam, sgd, momentum, rmsprop, adamw, … (default: the article's, or adam)")
    .option('--freeze <n>', 'do not train the first n layers with weights; -1: all but the last one', wholeNumber);
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

import { Command, Option } from 'commander';
import { integer } from './integer.js';
import { train } from './train.js';

/** `nabla train`: LeNet-5 on Fashion-MNIST, from images to a report. */
export function trainCommand(): Command {
  return new Command('train')
    .description('train LeNet-5 on Fashion-MNIST and write a report of the run')
    .option('--epochs <n>', 'passes over the training images', integer(1), 3)
    .option('--batch <n>', 'images of a step', integer(1), 32)
    .option('--limit <n>', 'train on so many images at most, balanced over the classes', integer(1))
    .option('--seed <n>', 'of weights and shuffling', integer(0), 1)
    .option('--threads <n>', 'threads of the wasm backend (default: one a core)', integer(1))
    .addOption(new Option('--backend <name>', 'what computes').choices(['wasm', 'cpu', 'gpu']).default('wasm'))
    .option(
      '--data <sample|full|folder>',
      'the bundled 10,000 / 2,000 images, all 60,000 / 10,000, or a folder of the official files',
      'sample',
    )
    .option('--out <folder>', 'where the run is written (default: runs/<date>-lenet5)')
    .option('--resume <folder>', 'go on with a run that was interrupted')
    .action(train);
}

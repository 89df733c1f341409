import { Command, Option } from 'commander';
import type { Theme } from '../../plots/charts/palette.js';
import { readHistory } from '../run/history-files.js';
import { writePicture } from '../write-picture.js';

interface CompareOptions {
  readonly metric: string;
  readonly out: string;
  readonly theme: Theme;
  readonly scale: number;
}

/** `nabla compare`: draw one metric of several runs. */
export function compareCommand(): Command {
  return new Command('compare')
    .description('draw one metric of several runs over their epochs, and name the best')
    .argument(
      '<run...>',
      "folders that `nabla train` wrote, or their history.json; NAME=PATH names a run, else its folder's name does",
    )
    .option('--metric <name>', 'a column of history.csv', 'val_accuracy')
    .requiredOption('--out <file>', 'where to write: .svg, or .png with @resvg/resvg-js installed')
    .addOption(new Option('--theme <theme>', 'colours').choices(['light', 'dark']).default('light'))
    .option('--scale <number>', 'pixels of a PNG for one of the picture', Number, 2)
    .action(async (paths: string[], { metric, out, theme, scale }: CompareOptions) => {
      const runs = await Promise.all(paths.map(readHistory));
      const { compareRuns } = await import('../../plots/index.js');
      await writePicture(out, () => compareRuns(runs, metric, { theme }), scale);
      console.log(out);
    });
}

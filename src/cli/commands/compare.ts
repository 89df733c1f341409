import { Command, Option } from 'commander';
import type { Theme } from '../../plots/charts/palette.js';
import { comparisonRows, comparisonTable } from '../compare/comparison-table.js';
import { findRuns } from '../compare/find-runs.js';
import { compareBy } from '../compare/shared-metric.js';
import { positiveNumber } from '../positive-number.js';
import { writePicture } from '../write-picture.js';

interface CompareOptions {
  readonly metric?: string;
  readonly out: string;
  readonly theme: Theme;
  readonly scale: number;
  readonly json?: boolean;
}

/** `nabla compare`: print several runs as a table, and draw one of their metrics. */
export function compareCommand(): Command {
  return new Command('compare')
    .description('print a table of several runs with the best marked, and draw one metric over their epochs')
    .argument(
      '<run...>',
      'folders that `nabla train` wrote, or their history.json or run.json, or a folder of such folders; NAME=PATH ' +
        "names a run, else its folder's name does",
    )
    .option('--metric <name>', 'a column of history.csv (default: val_accuracy, else val_loss)')
    .option('--out <file>', 'where to draw: .svg, or .png with @resvg/resvg-js installed', 'compare.svg')
    .addOption(new Option('--theme <theme>', 'colours').choices(['light', 'dark']).default('light'))
    .option('--scale <number>', 'PNG pixels per SVG pixel', positiveNumber, 2)
    .option('--json', 'print the table as JSON')
    .action(async (paths: string[], { metric: wanted, out, theme, scale, json }: CompareOptions) => {
      const found = (await Promise.all(paths.map(findRuns))).flat();
      const compared = compareBy(found, wanted);
      const { runs, metric, without } = compared;
      const rows = comparisonRows(compared);
      await writePicture(
        out,
        async () => (await import('../../plots/index.js')).compareRuns(runs, metric, { theme }),
        scale,
      );
      if (json) {
        console.log(JSON.stringify({ metric, rows, without, picture: out }, null, 1));
        return;
      }
      for (const line of comparisonTable(rows, metric)) console.log(line);
      if (without.length > 0) console.log(`without ${metric}: ${without.join(', ')}`);
      console.log(out);
    });
}

import { Command, Option } from 'commander';
import type { Theme } from '../../plots/charts/palette.js';
import { findModel } from '../find-model.js';
import { positiveNumber } from '../positive-number.js';
import { writePicture } from '../write-picture.js';

interface PlotCommandOptions {
  readonly out?: string;
  readonly shapes: boolean;
  readonly nested: boolean;
  readonly fold?: true | string[];
  readonly theme: Theme;
  readonly scale: number;
  readonly json?: boolean;
}

/** `nabla plot`: draw a model's layers as SVG or PNG, by the extension of the file. */
export function plotCommand(): Command {
  return new Command('plot')
    .description('draw a model: its layers, their shapes and connections')
    .argument('<model|file>', 'a model of the zoo, a model file, or the folder of a run')
    .option(
      '--out <file>',
      "where to write: .svg, or .png with @resvg/resvg-js installed (default: the model's name and .svg)",
    )
    .option('--no-shapes', 'omit output shapes and parameter counts')
    .option('--no-nested', 'draw each nested model as one box')
    .option('--fold [prefixes...]', 'draw each block as one box, or the layers that share a name prefix')
    .addOption(new Option('--theme <theme>', 'colours').choices(['light', 'dark']).default('light'))
    .option('--scale <number>', 'PNG pixels per SVG pixel', positiveNumber, 2)
    .option('--json', 'print the name and size of the output file as JSON')
    .action(async (name: string, { out: given, shapes, nested, fold, theme, scale, json }: PlotCommandOptions) => {
      const model = await findModel(name);
      const out = given ?? `${model.name.replaceAll(/[^\w.-]+/g, '-')}.svg`;
      const { plotModel } = await import('../../plots/index.js');
      const bytes = await writePicture(out, () => plotModel(model, { showShapes: shapes, nested, fold, theme }), scale);
      console.log(json ? JSON.stringify({ file: out, bytes }) : out);
    });
}

import { Command, Option } from 'commander';
import { preprocessImages } from '../../datasets/preprocess.js';
import { loadModel } from '../../io/load.js';
import { dispose } from '../../tensor/scope.js';
import { integer } from '../integer.js';
import { loadTestImages } from '../recipes/experiment-data.js';
import { mainOutput, samplesFor } from '../samples.js';

interface EvaluateOptions {
  readonly data: string;
  readonly limit?: number;
  readonly preprocess: string;
  readonly interpolation: 'bilinear' | 'bicubic';
  readonly batch: number;
  readonly json?: boolean;
}

/** How many rows of probabilities have their largest value at the label. */
function countRight(scores: ArrayLike<number>, labels: ArrayLike<number>, classes: number): number {
  let right = 0;
  for (let row = 0; row < labels.length; row++) {
    let best = 0;
    for (let i = 1; i < classes; i++) if (scores[row * classes + i] > scores[row * classes + best]) best = i;
    if (best === labels[row]) right++;
  }
  return right;
}

/** `nabla evaluate`: the accuracy of a model file on the test images of a set. */
export function evaluateCommand(): Command {
  return new Command('evaluate')
    .description('run a model file over the test images of a set; the last line is the accuracy')
    .argument('<file>', 'a model file; the first output counts where there are several')
    .requiredOption(
      '--data <set>',
      'mnist, fashion-mnist, cifar10, cifar100, signs or flowers (the last 30% of each kind), found under NABLA_DATA',
    )
    .option('--limit <n>', 'the first so many images', integer(1))
    .option('--preprocess <how>', 'none, unit, caffe, tf or mean:r,g,b/std:r,g,b', 'unit')
    .addOption(
      new Option('--interpolation <how>', 'for a model that takes images of another size than the set has')
        .choices(['bilinear', 'bicubic'])
        .default('bilinear'),
    )
    .option('--batch <n>', 'images of a step', integer(1), 100)
    .option('--json', 'print the result as JSON')
    .action(async (file: string, options: EvaluateOptions) => {
      const { data, limit, preprocess, interpolation, batch, json } = options;
      const model = await loadModel(file, { compile: false });
      const [, height, width] = model.inputShape;
      const test = await loadTestImages(data, height && width ? [height, width] : undefined);
      const count = Math.min(limit ?? test.images.shape[0], test.images.shape[0]);
      const images = preprocessImages(test.images.hi(count), preprocess);
      const labels = Array.from({ length: count }, (_, i) => test.labels.get(i));
      const outputs = model.predict(samplesFor(model, images, interpolation), { batchSize: batch });
      const scores = mainOutput(outputs);
      const accuracy = countRight(await scores.data(), labels, scores.shape.at(-1)!) / count;
      dispose(outputs);
      if (json) console.log(JSON.stringify({ file, data, images: count, preprocess, accuracy }));
      else console.log(`${model.name} on ${count} images of ${data}\naccuracy ${accuracy.toFixed(4)}`);
    });
}

import { Command } from 'commander';
import { loadImageSet } from '../data/catalog.js';
import { preprocessImages } from '../data/preprocess.js';
import { loadModel } from '../io/load.js';
import { ShapeError } from '../tensor/errors.js';
import { Tensor } from '../tensor/tensor.js';
import { integer } from './integer.js';
import { samplesFor } from './samples.js';

interface EvaluateOptions {
  readonly data: string;
  readonly limit?: number;
  readonly preprocess: string;
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
    .argument('<file>')
    .requiredOption('--data <set>', 'mnist, fashion-mnist, cifar10, cifar100 or signs, found under NABLA_DATA')
    .option('--limit <n>', 'the first so many images', integer(1))
    .option('--preprocess <how>', 'none, unit, caffe, tf or mean:r,g,b/std:r,g,b', 'unit')
    .option('--batch <n>', 'images of a step', integer(1), 100)
    .option('--json', 'print the result as JSON')
    .action(async (file: string, { data, limit, preprocess, batch, json }: EvaluateOptions) => {
      const model = await loadModel(file, { compile: false });
      const { test } = await loadImageSet(data, { splits: ['test'] });
      const count = Math.min(limit ?? test!.images.shape[0], test!.images.shape[0]);
      const images = preprocessImages(test!.images.hi(count), preprocess);
      const labels = Array.from({ length: count }, (_, i) => test!.labels.get(i));
      const scores = model.predict(samplesFor(model, images), { batchSize: batch });
      if (!(scores instanceof Tensor))
        throw new ShapeError(`${file}: the model has several outputs, evaluate takes one`);
      const accuracy = countRight(await scores.data(), labels, scores.shape.at(-1)!) / count;
      scores.dispose();
      if (json) console.log(JSON.stringify({ file, data, images: count, preprocess, accuracy }));
      else console.log(`${model.name} on ${count} images of ${data}\naccuracy ${accuracy.toFixed(4)}`);
    });
}

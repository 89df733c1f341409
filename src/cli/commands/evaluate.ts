import { Command, Option } from 'commander';
import { ShapeError } from '../../base/errors.js';
import { type Preprocessing, preprocessImages } from '../../images/preprocess.js';
import { loadModel } from '../../io/load.js';
import type { Model } from '../../models/model.js';
import { dispose } from '../../tensor/scope.js';
import { integerOption } from '../integer-option.js';
import { mainOutput, samplesFor, showShape } from '../model-images.js';
import { preprocessOption } from '../preprocessing.js';
import { loadTestImages } from '../recipes/experiment-data.js';

interface EvaluateOptions {
  readonly data: string;
  readonly limit?: number;
  readonly preprocess: Preprocessing;
  readonly interpolation: 'bilinear' | 'bicubic';
  readonly batch: number;
  readonly moreOutputs?: boolean;
  readonly json?: boolean;
}

/** Count the rows of scores whose largest value, of the first `classes`, is at the label. */
function countRight(scores: ArrayLike<number>, width: number, labels: ArrayLike<number>, classes: number): number {
  let right = 0;
  for (let row = 0; row < labels.length; row++) {
    let best = 0;
    for (let i = 1; i < classes; i++) if (scores[row * width + i] > scores[row * width + best]) best = i;
    if (best === labels[row]) right++;
  }
  return right;
}

/** @throws ShapeError unless the main output has a score for each class of the set */
function assertOutputs({ name, outputShape }: Model, data: string, classes: number, more: boolean | undefined): void {
  const width = outputShape.at(-1) ?? 0;
  const found = `${name}: its output is ${showShape(outputShape)}`;
  const expected = `expected ${showShape([null, classes])}, a score for each class of ${data}`;
  if (outputShape.length !== 2 || width < classes) {
    throw new ShapeError(`${found}, ${expected}`);
  }
  if (width === classes || more) return;
  throw new ShapeError(`${found}, ${expected}; --more-outputs compares the first ${classes}`);
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
    .option('--limit <n>', 'the first so many images', integerOption(1))
    .addOption(preprocessOption())
    .addOption(
      new Option('--interpolation <how>', 'for a model that takes images of another size than the set has')
        .choices(['bilinear', 'bicubic'])
        .default('bilinear'),
    )
    .option('--batch <n>', 'images of a step', integerOption(1), 100)
    .option('--more-outputs', 'for a model with more outputs than the set has classes: compare the first ones')
    .option('--json', 'print the result as JSON')
    .action(async (file: string, options: EvaluateOptions) => {
      const { data, limit, preprocess, interpolation, batch, moreOutputs, json } = options;
      const model = await loadModel(file, { compile: false });
      const [, height, width] = model.inputShape.length === 2 ? [] : model.inputShape;
      const { test, classNames } = await loadTestImages(data, height && width ? [height, width] : undefined);
      assertOutputs(model, data, classNames.length, moreOutputs);
      const count = Math.min(limit ?? test.images.shape[0], test.images.shape[0]);
      const images = preprocessImages(test.images.hi(count), preprocess);
      const labels = Array.from({ length: count }, (_, i) => test.labels.get(i));
      const outputs = model.predict(samplesFor(model, images, interpolation), { batchSize: batch });
      const scores = mainOutput(outputs);
      const accuracy = countRight(await scores.data(), scores.shape.at(-1)!, labels, classNames.length) / count;
      dispose(outputs);
      if (json) console.log(JSON.stringify({ file, data, images: count, preprocess, accuracy }));
      else console.log(`${model.name} on ${count} images of ${data}\naccuracy ${accuracy.toFixed(4)}`);
    });
}

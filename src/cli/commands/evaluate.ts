import { Command, Option } from 'commander';
import { ShapeError } from '../../base/errors.js';
import { type Preprocessing, preprocessImages } from '../../images/preprocess.js';
import type { Model } from '../../models/model.js';
import { dispose } from '../../tensor/scope.js';
import { integerOption } from '../integer-option.js';
import { mainOutput, samplesFor, showShape } from '../model-images.js';
import { preprocessOption } from '../preprocessing.js';
import { openTestImages, type TestImages } from '../trained/test-images.js';
import { loadTrainedModel } from '../trained/trained-model.js';
import { withTurbo } from '../turbo.js';

interface EvaluateOptions {
  readonly data?: string;
  readonly limit?: number;
  readonly preprocess: Preprocessing;
  readonly interpolation: 'bilinear' | 'bicubic';
  readonly batch: number;
  readonly moreOutputs?: boolean;
  readonly json?: boolean;
}

/** Count the rows of scores whose largest value among the first `classes` is that of the label. */
function countRight(scores: ArrayLike<number>, width: number, labels: ArrayLike<number>, classes: number): number {
  let right = 0;
  for (let row = 0; row < labels.length; row++) {
    let best = 0;
    for (let i = 1; i < classes; i++) if (scores[row * width + i] > scores[row * width + best]) best = i;
    if (best === labels[row]) right++;
  }
  return right;
}

/** @throws ShapeError unless the main output has a score for each class of the data set */
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

/** `nabla evaluate`: the accuracy of a model file on the test images of a data set. */
export function evaluateCommand(): Command {
  return withTurbo(new Command('evaluate'))
    .description('evaluate a model file on the test images of a data set; the last line of output is the accuracy')
    .argument('<model>', 'model file or folder of a run; if the model has several outputs, the first is used')
    .option(
      '--data <set|folder>',
      'mnist, fashion-mnist, cifar10, cifar100, signs or flowers (the last 30% of each kind), found under NABLA_DATA; ' +
        'or a folder of images with one folder per class (default: the validation data of the run)',
    )
    .option('--limit <n>', 'use only the first n images', integerOption(1))
    .addOption(preprocessOption())
    .addOption(
      new Option('--interpolation <how>', 'resizing of the images to the input size of the model')
        .choices(['bilinear', 'bicubic'])
        .default('bilinear'),
    )
    .option('--batch <n>', 'images per step', integerOption(1), 100)
    .option(
      '--more-outputs',
      'allow a model with more outputs than classes in the data set, and compare the first ones',
    )
    .option('--json', 'print the result as JSON')
    .action(async (file: string, options: EvaluateOptions) => {
      const found = await loadTrainedModel(file);
      const test = await openTestImages(found, options);
      try {
        const { images, accuracy } = await accuracyOn(found.model, test, options);
        const { preprocess, json } = options;
        if (json) console.log(JSON.stringify({ file, data: test.name, images, preprocess, accuracy }));
        else console.log(`${found.model.name} on ${images} images of ${test.name}\naccuracy ${accuracy.toFixed(4)}`);
      } finally {
        await test.close();
      }
    });
}

/** Predict one batch at a time, so that folders of any size need only the memory of one batch. */
async function accuracyOn(
  model: Model,
  { name, images, classes }: TestImages,
  { limit, preprocess, interpolation, batch, moreOutputs }: EvaluateOptions,
): Promise<{ images: number; accuracy: number }> {
  assertOutputs(model, name, classes, moreOutputs);
  const count = Math.min(limit ?? images.shape[0], images.shape[0]);
  let seen = 0;
  let right = 0;
  for (let start = 0; start < count; start += batch) {
    const rows = Array.from({ length: Math.min(batch, count - start) }, (_, index) => start + index);
    const { images: pixels, labels } = await images.pick(rows);
    if (labels.size === 0) continue;
    const outputs = model.predict(samplesFor(model, preprocessImages(pixels, preprocess), interpolation), {
      batchSize: batch,
    });
    const scores = mainOutput(outputs);
    right += countRight(await scores.data(), scores.shape.at(-1)!, labels.data, classes);
    seen += labels.size;
    dispose(outputs);
  }
  return { images: seen, accuracy: right / seen };
}

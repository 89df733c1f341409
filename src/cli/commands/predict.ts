import { basename } from 'node:path';
import { Command } from 'commander';
import { FormatError } from '../../base/errors.js';
import { type Preprocessing, preprocessImages } from '../../images/preprocess.js';
import { dispose } from '../../tensor/scope.js';
import { integerOption } from '../integer-option.js';
import { mainOutput, pictureShape, samplesFor } from '../model-images.js';
import { preprocessOption } from '../preprocessing.js';
import { classProbabilities } from '../trained/class-probabilities.js';
import { readPicture } from '../trained/read-picture.js';
import { type FoundModel, loadTrainedModel } from '../trained/trained-model.js';

interface PredictOptions {
  readonly classes?: string;
  readonly preprocess: Preprocessing;
  readonly top: number;
  readonly json?: boolean;
}

/** `nabla predict`: classify images. */
export function predictCommand(): Command {
  return new Command('predict')
    .description('classify images with a model file')
    .argument('<model>', 'model file or folder of a run; if the model has several outputs, the first is used')
    .argument('<image...>', 'JPEG or PNG files')
    .option(
      '--classes <file>',
      'file of class names: one per line, a JSON list, or imagenet_class_index.json (default: classes.txt next to the model)',
    )
    .addOption(preprocessOption())
    .option('--top <n>', 'number of classes to show', integerOption(1), 3)
    .option('--json', 'print the results as JSON')
    .action(async (file: string, images: string[], options: PredictOptions) => {
      const found = await loadTrainedModel(file, options.classes);
      const results: Prediction[] = [];
      for (const path of images) results.push(await predictPicture(found, path, options));
      if (options.json) console.log(JSON.stringify(results, null, 1));
      else for (const result of results) print(result);
      if (results.some((result) => 'error' in result)) process.exitCode = 1;
    });
}

type Prediction =
  | { readonly image: string; readonly predictions: readonly { class: string; probability: number }[] }
  | { readonly image: string; readonly error: string };

/** Classify one image; an image that cannot be read does not stop the others. */
async function predictPicture(
  { model, classNames }: FoundModel,
  path: string,
  { preprocess, top }: PredictOptions,
): Promise<Prediction> {
  try {
    const pixels = preprocessImages(await readPicture(path, pictureShape(model)), preprocess);
    const outputs = model.predict(samplesFor(model, pixels));
    const output = mainOutput(outputs);
    const { shape } = output;
    const values = await output.data();
    dispose(outputs);
    const predictions = classProbabilities(values, shape, model.name)
      .map((probability, index) => ({ class: classNames[index] ?? String(index), probability }))
      .sort((a, b) => b.probability - a.probability)
      .slice(0, top);
    return { image: path, predictions };
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    return { image: path, error: error.message };
  }
}

function print(result: Prediction): void {
  if ('error' in result) {
    console.error(`nabla: ${result.error}`);
    return;
  }
  const shown = result.predictions.map(({ class: name, probability }) => `${name} ${(100 * probability).toFixed(1)}%`);
  console.log(`${basename(result.image)}: ${shown.join(', ')}`);
}

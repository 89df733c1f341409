import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { Command } from 'commander';
import type { NdArray } from 'ndarray';
import { FormatError } from '../../base/errors.js';
import { decodeImage } from '../../datasets/decode-image.js';
import { toGrayscale } from '../../images/grayscale.js';
import { type Preprocessing, preprocessImages } from '../../images/preprocess.js';
import { resizeImage } from '../../images/resize.js';
import { loadModel } from '../../io/load.js';
import { arrayView } from '../../tensor/array-view.js';
import { dispose } from '../../tensor/scope.js';
import { integerOption } from '../integer-option.js';
import { mainOutput, type PictureShape, pictureShape, samplesFor } from '../model-images.js';
import { preprocessOption } from '../preprocessing.js';

interface PredictOptions {
  readonly classes?: string;
  readonly preprocess: Preprocessing;
  readonly top: number;
  readonly json?: boolean;
}

/** Class names of a file: JSON (a list, or ImageNet's `{"0": ["n01440764", "tench"]}`), or one a line. */
async function readClasses(path: string): Promise<string[]> {
  const text = await readFile(path, 'utf8').catch((error: Error) => {
    throw new FormatError(`${path}: cannot be read (${error.message})`);
  });
  if (!/^\s*[[{]/.test(text)) return text.split(/\r?\n/).filter((line) => line.trim() !== '');
  try {
    const entries: unknown[] = Object.values(JSON.parse(text));
    return entries.map((entry) => String(Array.isArray(entry) ? entry.at(-1) : entry));
  } catch (error) {
    throw new FormatError(`${path}: not JSON (${(error as Error).message})`);
  }
}

/** A picture of a file in the size and channels that a model takes, [1, height, width, channels]. */
async function readPicture(path: string, { height, width, channels }: PictureShape): Promise<NdArray<Uint8Array>> {
  const bytes = await readFile(path).catch((error: Error) => {
    throw new FormatError(`${path}: cannot be read (${error.message})`);
  });
  const image = await decodeImage(bytes, path);
  const [tall, wide] = [height ?? image.height, width ?? image.width];
  const resized = { data: resizeImage(image, tall, wide), width: wide, height: tall };
  return arrayView(channels === 1 ? toGrayscale(resized) : resized.data, [1, tall, wide, channels]);
}

/** `nabla predict`: the classes that a model gives to pictures. */
export function predictCommand(): Command {
  return new Command('predict')
    .description('classify pictures with a model file')
    .argument('<file>', 'a model file; the first output counts where there are several')
    .argument('<image...>', 'JPEG or PNG files')
    .option('--classes <file>', 'class names: one a line, a JSON list, or imagenet_class_index.json')
    .addOption(preprocessOption())
    .option('--top <n>', 'how many classes to show', integerOption(1), 3)
    .option('--json', 'print the results as JSON')
    .action(async (file: string, images: string[], { classes, preprocess, top, json }: PredictOptions) => {
      const model = await loadModel(file, { compile: false });
      const names = classes ? await readClasses(classes) : [];
      const shape = pictureShape(model);
      const results = [];
      for (const path of images) {
        const pixels = preprocessImages(await readPicture(path, shape), preprocess);
        const outputs = model.predict(samplesFor(model, pixels));
        const values = Array.from(await mainOutput(outputs).data());
        dispose(outputs);
        const best = values
          .map((probability, index) => ({ class: names[index] ?? String(index), probability }))
          .sort((a, b) => b.probability - a.probability)
          .slice(0, top);
        results.push({ image: path, predictions: best });
      }
      if (json) console.log(JSON.stringify(results, null, 1));
      else
        for (const { image, predictions } of results) {
          const shown = predictions.map(({ class: name, probability }) => `${name} ${(100 * probability).toFixed(1)}%`);
          console.log(`${basename(image)}: ${shown.join(', ')}`);
        }
    });
}

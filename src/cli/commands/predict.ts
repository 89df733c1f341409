import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { Command } from 'commander';
import type { NdArray } from 'ndarray';
import { FormatError, ShapeError } from '../../base/errors.js';
import { LUMA } from '../../base/luma.js';
import { decodeImage, type RgbImage } from '../../datasets/decode-image.js';
import { preprocessImages } from '../../datasets/preprocess.js';
import { resizeImage } from '../../datasets/resize.js';
import { loadModel } from '../../io/load.js';
import type { Model } from '../../models/model.js';
import { arrayView } from '../../tensor/array-view.js';
import { dispose } from '../../tensor/scope.js';
import { integer } from '../integer.js';
import { mainOutput, samplesFor } from '../samples.js';

interface PredictOptions {
  readonly classes?: string;
  readonly preprocess: string;
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

function grey({ data, width, height }: RgbImage): Uint8Array {
  const [red, green, blue] = LUMA;
  return Uint8Array.from({ length: width * height }, (_, i) =>
    Math.round(red * data[3 * i] + green * data[3 * i + 1] + blue * data[3 * i + 2]),
  );
}

/** A picture in the size and channels that the model takes. */
async function prepare(path: string, model: Model): Promise<NdArray<Uint8Array>> {
  const bytes = await readFile(path).catch((error: Error) => {
    throw new FormatError(`${path}: cannot be read (${error.message})`);
  });
  const image = await decodeImage(bytes, path);
  const [, height, width, channels] = model.inputShape;
  if (model.inputShape.length !== 4 || (channels !== 1 && channels !== 3)) {
    throw new ShapeError(`${model.name}: takes [${model.inputShape}], expected images of 1 or 3 channels`);
  }
  const [tall, wide] = [height ?? image.height, width ?? image.width];
  const pixels = { data: resizeImage(image, tall, wide), width: wide, height: tall };
  return arrayView(channels === 1 ? grey(pixels) : pixels.data, [1, tall, wide, channels]);
}

/** `nabla predict`: what a model takes pictures for. */
export function predictCommand(): Command {
  return new Command('predict')
    .description('tell what a model takes pictures for')
    .argument('<file>', 'a model file; the first output counts where there are several')
    .argument('<image...>', 'JPEG or PNG files')
    .option('--classes <file>', 'class names: one a line, a JSON list, or imagenet_class_index.json')
    .option('--preprocess <how>', 'none, unit, caffe, tf or mean:r,g,b/std:r,g,b', 'unit')
    .option('--top <n>', 'how many classes to show', integer(1), 3)
    .option('--json', 'print the results as JSON')
    .action(async (file: string, images: string[], { classes, preprocess, top, json }: PredictOptions) => {
      const model = await loadModel(file, { compile: false });
      const names = classes ? await readClasses(classes) : [];
      const results = [];
      for (const path of images) {
        const outputs = model.predict(samplesFor(model, preprocessImages(await prepare(path, model), preprocess)));
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

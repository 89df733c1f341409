import { basename } from 'node:path';
import { Command, Option } from 'commander';
import type { NdArray } from 'ndarray';
import { ShapeError, ValueError } from '../../base/errors.js';
import { didYouMean } from '../../base/names.js';
import { type Preprocessing, preprocessImages } from '../../images/preprocess.js';
import { featureMaps, filters, gradCam, saliency } from '../../interpret/index.js';
import type { Model } from '../../models/model.js';
import { tensor } from '../../ops/creation.js';
import { arrayView } from '../../tensor/array-view.js';
import { integerOption } from '../integer-option.js';
import { pictureShape } from '../model-images.js';
import { preprocessOption } from '../preprocessing.js';
import { readPicture } from '../trained/read-picture.js';
import { type FoundModel, loadTrainedModel } from '../trained/trained-model.js';
import { writePicture } from '../write-picture.js';

const KINDS = ['grad-cam', 'saliency', 'maps', 'filters'] as const;

/** Maximum number of maps or filters of a layer to draw. */
const SHOWN = 64;

interface ExplainOptions {
  readonly kind: (typeof KINDS)[number];
  readonly layer?: string;
  readonly class?: string;
  readonly classes?: string;
  readonly preprocess: Preprocessing;
  readonly out: string;
  readonly scale: number;
}

/** `nabla explain`: draw what a model responds to. */
export function explainCommand(): Command {
  return new Command('explain')
    .description("draw which regions of images a classifier uses, a layer's feature maps, or its filters")
    .argument('<model>', 'model file or folder of a run')
    .argument('[image...]', 'JPEG or PNG files')
    .addOption(new Option('--kind <kind>', 'kind of drawing').choices(KINDS).default('grad-cam'))
    .option(
      '--layer <name>',
      'layer for grad-cam, maps or filters (default: the last with maps, the first with filters)',
    )
    .option('--class <name|number>', 'class to explain (default: the predicted class of each image)')
    .option('--classes <file>', 'file of class names (default: classes.txt next to the model)')
    .addOption(preprocessOption())
    .option('--out <file>', 'output file: .svg, or .png if @resvg/resvg-js is installed', 'explain.svg')
    .option('--scale <n>', 'PNG pixels per SVG pixel', integerOption(1), 2)
    .action(async (file: string, paths: string[], options: ExplainOptions) => {
      const found = await loadTrainedModel(file, options.classes);
      if (options.kind === 'filters') {
        await writePicture(options.out, () => drawFilters(found.model, options.layer), options.scale);
      } else {
        if (paths.length === 0)
          throw new ValueError(`explain: no images given, expected at least one for ${options.kind}`);
        await writePicture(options.out, () => drawPictures(found, paths, options), options.scale);
      }
      console.log(options.out);
    });
}

async function drawPictures(found: FoundModel, paths: readonly string[], options: ExplainOptions): Promise<string> {
  const { imageOverlay } = await import('../../plots/index.js');
  const { model, classNames } = found;
  const { kind, layer, preprocess } = options;
  const images = await readPictures(model, paths);
  const pixels = preprocessImages(images, preprocess);
  const x = tensor(pixels.data, pixels.shape as never, 'float32');
  try {
    if (kind === 'maps')
      return imageOverlay(asImages(featureMaps(model, x, { layer }), paths[0]), { columns: 8, side: 96 });
    const classIndex = options.class === undefined ? undefined : classOf(options.class, classNames);
    const { maps, classes } =
      kind === 'saliency' ? saliency(model, x, { classIndex }) : gradCam(model, x, { classIndex, layer });
    const titles = classes.map((each, index) => `${classNames[each] ?? each}: ${basename(paths[index])}`);
    return imageOverlay({ images, maps, titles });
  } finally {
    x.dispose();
  }
}

/** Read images in the input size of a model. @throws ShapeError when it accepts any size, and the images differ */
async function readPictures(model: Model, paths: readonly string[]): Promise<NdArray<Uint8Array>> {
  const shape = pictureShape(model);
  const pictures = await Promise.all(paths.map((path) => readPicture(path, shape)));
  const size = pictures[0].shape;
  const other = pictures.findIndex((each) => each.shape.join() !== size.join());
  if (other >= 0) throw new ShapeError(`explain: ${paths[other]} and ${paths[0]} differ in size, expected one size`);
  const pixels = new Uint8Array(paths.length * pictures[0].size);
  for (const [index, { data }] of pictures.entries()) pixels.set(data, index * data.length);
  return arrayView(pixels, [paths.length, ...size.slice(1)]);
}

/** Find a class by its name or number. @throws ValueError when no class has that name */
function classOf(given: string, classNames: readonly string[]): number {
  const named = classNames.indexOf(given);
  if (named >= 0) return named;
  if (/^\d+$/.test(given)) return Number(given);
  const known = classNames.length > 0 ? classNames.join(', ') : 'a number';
  throw new ValueError(`explain: --class is '${given}', expected ${known}${didYouMean(given, classNames)}`);
}

/** Return the maps of the first image as separate images. */
function asImages({ data, shape }: NdArray<Float32Array>, path: string) {
  const [, height, width, channels] = shape;
  const count = Math.min(channels, SHOWN);
  const values = new Float32Array(count * height * width);
  for (let map = 0; map < count; map++) {
    for (let at = 0; at < height * width; at++) values[map * height * width + at] = data[at * channels + map];
  }
  const titles = Array.from({ length: count }, (_, map) => (map === 0 ? `${basename(path)}: 0` : String(map)));
  return { images: arrayView(values, [count, height, width, 1]), maps: null, titles };
}

async function drawFilters(model: Model, layer: string | undefined): Promise<string> {
  const { imageOverlay } = await import('../../plots/index.js');
  const { data, shape } = filters(model, { layer });
  const [all, height, width, channels] = shape;
  const count = Math.min(all, SHOWN);
  const titles = Array.from({ length: count }, (_, index) => String(index));
  // Of filters over channels other than colours, draw the first channel.
  const shown = channels === 3 ? 3 : 1;
  const values = Float32Array.from({ length: count * height * width * shown }, (_, at) =>
    shown === 3 ? data[at] : data[at * channels],
  );
  const images = arrayView(values, [count, height, width, shown]);
  return imageOverlay({ images, maps: null, titles }, { columns: 8, side: 96 });
}

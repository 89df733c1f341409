import { ValueError } from '../../base/errors.js';
import { visitedTensors } from '../../interpret/forward.js';
import { gradCam } from '../../interpret/index.js';
import type { Model } from '../../models/model.js';
import { tensor4d } from '../../ops/creation.js';
import { resizeBilinear } from '../../ops/resize.js';
import type { MappedImages } from '../../plots/charts/image-overlay.js';
import { arrayView } from '../../tensor/array-view.js';
import { tidy } from '../../tensor/scope.js';
import type { PickedImages } from '../recipes/run-data.js';

/** Pictures in which the report shows where the model looks. */
export const ATTENTIVE = 10;

/**
 * Where the model looks in some pictures, scaled to 0–1 and resized as in training.
 * @returns undefined for models whose layers give no maps
 */
export function attentionOf(
  model: Model,
  { images, labels }: PickedImages,
  classNames: readonly string[],
): MappedImages | undefined {
  const [count] = images.shape;
  const [, height, width] = model.inputShape;
  if (count === 0 || model.inputShape.length !== 4) return undefined;
  const nameOf = (label: number): string => classNames[label] ?? String(label);
  try {
    return tidy(() => {
      const pixels = tensor4d(
        Float32Array.from(images.data, (value) => value / 255),
        images.shape as [number, number, number, number],
      );
      const x = resizeBilinear(pixels, [height ?? images.shape[1], width ?? images.shape[2]]);
      const { maps, classes } = gradCam(model, x, { layer: layerOf(model) });
      const titles = classes.map((each, row) =>
        each === labels.get(row) ? nameOf(each) : `${nameOf(each)}, is ${nameOf(labels.get(row))}`,
      );
      return { images: arrayView(Float32Array.from(x.dataSync()), [...x.shape]), maps, titles };
    });
  } catch (error) {
    if (error instanceof ValueError) return undefined;
    throw error;
  }
}

/** Least height and width of maps that show where something is. */
const LEAST_SIDE = 4;

/** The last layer whose maps are large enough; undefined where there is none, for the default. */
function layerOf(model: Model): string | undefined {
  const isLarge = (size: number | null | undefined): boolean => (size ?? LEAST_SIDE) >= LEAST_SIDE;
  return visitedTensors(model).findLast(({ shape }) => shape.length === 4 && isLarge(shape[1]) && isLarge(shape[2]))
    ?.node.layer.name;
}

import { ValueError } from '../../base/errors.js';
import { didYouMean } from '../../base/names.js';
import type { Layer } from '../../layers/base/layer.js';
import {
  randomBrightness,
  randomContrast,
  randomFlip,
  randomRotation,
  randomTranslation,
  randomZoom,
} from '../../layers/index.js';

/** Random transformations of images by their command-line names, with strengths that usually suit photographs. */
const CHANGES: Readonly<Record<string, () => Layer>> = {
  flip: () => randomFlip({ mode: 'horizontal' }),
  shift: () => randomTranslation({ heightFactor: 0.1, widthFactor: 0.1, fillMode: 'reflect' }),
  rotate: () => randomRotation({ factor: 0.05, fillMode: 'reflect' }),
  zoom: () => randomZoom({ heightFactor: 0.15, fillMode: 'reflect' }),
  contrast: () => randomContrast({ factor: 0.2 }),
  brightness: () => randomBrightness({ factor: 0.15, valueRange: [0, 1] }),
};

export const AUGMENTATIONS = Object.keys(CHANGES);

/** Parse a list of names: `flip,zoom`. @throws ValueError for an unknown name */
export function readAugmentations(text: string): string[] {
  const names = text.split(',').map((name) => name.trim());
  const unknown = names.find((name) => !Object.hasOwn(CHANGES, name));
  if (unknown === undefined) return names;
  throw new ValueError(
    `train: --augment has '${unknown}', expected ${AUGMENTATIONS.join(', ')}, separated by ` +
      `commas${didYouMean(unknown, AUGMENTATIONS)}`,
  );
}

/** The layers of transformations, in the order of `AUGMENTATIONS`. */
export const augmentationOf = (names: readonly string[]): Layer[] => names.map((name) => CHANGES[name]());

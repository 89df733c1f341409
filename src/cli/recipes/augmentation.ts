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

/** Random changes of images by their names on the command line, each as far as photographs usually bear. */
const CHANGES: Readonly<Record<string, () => Layer>> = {
  flip: () => randomFlip({ mode: 'horizontal' }),
  shift: () => randomTranslation({ heightFactor: 0.1, widthFactor: 0.1, fillMode: 'reflect' }),
  rotate: () => randomRotation({ factor: 0.05, fillMode: 'reflect' }),
  zoom: () => randomZoom({ heightFactor: 0.15, fillMode: 'reflect' }),
  contrast: () => randomContrast({ factor: 0.2 }),
  brightness: () => randomBrightness({ factor: 0.15, valueRange: [0, 1] }),
};

export const AUGMENTATIONS = Object.keys(CHANGES);

/** Read a list of names: `flip,zoom`. @throws ValueError for a name that is not known */
export function readAugmentations(text: string): string[] {
  const names = text.split(',').map((name) => name.trim());
  const unknown = names.find((name) => !Object.hasOwn(CHANGES, name));
  if (unknown === undefined) return names;
  throw new ValueError(
    `train: --augment has '${unknown}', expected ${AUGMENTATIONS.join(', ')}, with commas between ` +
      `them${didYouMean(unknown, AUGMENTATIONS)}`,
  );
}

/** The layers of some changes, in the order of their names' list. */
export const augmentationOf = (names: readonly string[]): Layer[] => names.map((name) => CHANGES[name]());

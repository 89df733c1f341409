import { isObject, type JsonObject } from '../bytes/json.js';
import type { ClassAndConfig } from './keras1.js';
import type { Origin } from './origin.js';

/*
 * Names whose formula in Keras 3 differs from that of the program that wrote the file. Sources: `hard_sigmoid` of Keras
 * 1, 2 and tfjs is clip(0.2x + 0.5), of Keras 3 relu6(x + 3) / 6; `resize_images` of their backends; `Resizing` of tfjs
 * 4.22.
 */

/** Adapt the options of a layer to the formulas of the program that saved it. */
export function asComputedBy(origin: Origin, { className, config }: ClassAndConfig): ClassAndConfig {
  if (origin.generation === 3) return { className, config };
  const entries = Object.entries(config).map(([key, value]): [string, unknown] => [
    key,
    /activation$/.test(key) ? olderActivation(value) : value,
  ]);
  return { className, config: { ...Object.fromEntries(entries), ...pixelCenters(origin, className, config) } };
}

function olderActivation(value: unknown): unknown {
  if (value === 'hard_sigmoid') return 'keras2_hard_sigmoid';
  if (isObject(value) && value.class_name === 'function') return olderActivation(value.config);
  return value;
}

function pixelCenters({ tfjs, cornerPixels }: Origin, className: string, config: JsonObject): JsonObject {
  if (className === 'UpSampling2D' && cornerPixels && config.interpolation === 'bilinear') {
    return { pixel_centers: 'corner' };
  }
  if (className !== 'Resizing' || !tfjs) return {};
  // tfjs never crops, despite the option; without it the corners of both images are aligned.
  const crop = config.crop_to_aspect_ratio ?? config.cropToAspectRatio;
  return { pixel_centers: crop ? 'corner' : 'aligned', crop_to_aspect_ratio: false, cropToAspectRatio: undefined };
}

import type { OptionTable } from '../../base/options.js';
import { option } from '../../base/options.js';
import type { NoOptions } from './layer-options.js';
import { UnaryLayer } from './unary-layer.js';

/** The option for the layout of images. */
export const IMAGE_LAYOUT = {
  /** `'channelsLast'` alone. */
  dataFormat: option<'channels_last', 'channelsLast' | 'channels_last' | 'NHWC'>({
    expected: "'channelsLast': transpose images to [batch, height, width, channels]",
    read: (value) =>
      ['channelsLast', 'channels_last', 'NHWC'].includes(value as string) ? 'channels_last' : undefined,
  }).default('channelsLast'),
};

/** A layer whose input is a batch of images. */
export abstract class ImageLayer<Own extends OptionTable = NoOptions> extends UnaryLayer<typeof IMAGE_LAYOUT & Own> {
  static override readonly options: OptionTable = IMAGE_LAYOUT;
}

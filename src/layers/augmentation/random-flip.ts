import { where as select } from '../../ops/comparison.js';
import { reverse } from '../../ops/reverse.js';
import { uniformValues } from '../../tensor/random.js';
import { type Tensor, upload } from '../../tensor/tensor.js';
import { type CallOptions, Layer, type LayerOptions } from '../base/layer.js';
import { assertChannelsLast, type ImageLayout, oneOf, onlyFloatImages } from '../base/options.js';
import { SeedSequence } from '../base/seed-sequence.js';

const MODES = ['horizontal', 'vertical', 'horizontal_and_vertical'] as const;

export interface RandomFlipOptions extends LayerOptions, ImageLayout {
  /** Default `'horizontal_and_vertical'`. */
  readonly mode?: (typeof MODES)[number] | 'horizontalAndVertical';
  readonly seed?: number | null;
}

/** In training, mirrors each image with probability ½, left to right, top to bottom, or both; else passes its input on. */
export class RandomFlip extends Layer {
  static override readonly className = 'RandomFlip';

  private readonly mode: (typeof MODES)[number];
  private readonly seeds: SeedSequence;

  constructor(options: RandomFlipOptions = {}) {
    super(options);
    const caller = this.describe();
    assertChannelsLast(caller, options.dataFormat);
    const { mode = 'horizontal_and_vertical' } = options;
    this.mode = oneOf(caller, 'mode', mode === 'horizontalAndVertical' ? 'horizontal_and_vertical' : mode, MODES);
    this.seeds = new SeedSequence(caller, options.seed);
  }

  override call(inputs: Tensor | readonly Tensor[], { training }: CallOptions): Tensor {
    let x = onlyFloatImages(inputs);
    if (!training) return x;
    if (this.mode !== 'vertical') x = this.flipSome(x, 2);
    if (this.mode !== 'horizontal') x = this.flipSome(x, 1);
    return x;
  }

  private flipSome(x: Tensor, axis: 1 | 2): Tensor {
    const coins = uniformValues(x.shape[0], this.seeds.next(), x.shape[0]).map((value) => (value < 0.5 ? 1 : 0));
    return select(upload(coins, [x.shape[0], 1, 1, 1], 'bool'), reverse(x, axis), x);
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), mode: this.mode, seed: this.seeds.seed, dataFormat: 'channels_last' };
  }
}

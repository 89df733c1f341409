import { ShapeError } from '../../base/errors.js';
import type { SymbolicShape } from '../base/symbolic.js';
import { CONV_LSTM, ConvLSTM2DCell } from './conv-lstm2d-cell.js';
import { cellOptions, Recurrent } from './recurrent.js';

/**
 * A convolutional LSTM, for sequences of images. Input [batch, time, height, width, channels]; output [batch,
 * outHeight, outWidth, filters], or [batch, time, outHeight, outWidth, filters] with `returnSequences`, and h and c
 * with `returnState`. Weights as `ConvLSTM2DCell`.
 * @see Shi et al., "Convolutional LSTM network", arXiv:1506.04214
 */
export class ConvLSTM2D extends Recurrent<typeof CONV_LSTM> {
  static override readonly className = 'ConvLSTM2D';
  static override readonly options = CONV_LSTM;

  override readonly cell = new ConvLSTM2DCell(cellOptions(this, CONV_LSTM, 'conv_lstm_cell'));

  override build(inputShape: SymbolicShape | readonly SymbolicShape[]): void {
    const [shape] = (Array.isArray(inputShape[0]) ? inputShape : [inputShape]) as readonly SymbolicShape[];
    if (shape.length !== 5) {
      const known = shape.map((size) => size ?? 'any');
      throw new ShapeError(
        `${this.describe()}: the input is [${known}], expected [batch, time, height, width, channels]`,
      );
    }
    super.build(inputShape);
  }
}

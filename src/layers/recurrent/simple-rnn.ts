import { CELL } from './cell.js';
import { cellOptions, Recurrent } from './recurrent.js';
import { SIMPLE_RNN, SimpleRNNCell } from './simple-rnn-cell.js';

const OPTIONS = { ...CELL, ...SIMPLE_RNN };

/**
 * A fully connected recurrence: h' = activation(x · kernel + h · recurrent_kernel + bias). Input [batch, time,
 * features]; output [batch, units], or [batch, time, units] with `returnSequences`, and h with `returnState`. Weights
 * as `SimpleRNNCell`.
 */
export class SimpleRNN extends Recurrent<typeof OPTIONS> {
  static override readonly className = 'SimpleRNN';
  static override readonly options = OPTIONS;

  override readonly cell = new SimpleRNNCell(cellOptions(this, OPTIONS, 'simple_rnn_cell'));
}

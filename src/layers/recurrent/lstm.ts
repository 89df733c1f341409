import { CELL } from './cell.js';
import { LSTM as GATES, LSTMCell } from './lstm-cell.js';
import { cellOptions, Recurrent } from './recurrent.js';

const OPTIONS = { ...CELL, ...GATES };

/**
 * Long short-term memory. Input [batch, time, features]; output [batch, units], or [batch, time, units] with
 * `returnSequences`, and h and c with `returnState`. Weights as `LSTMCell`. With the default activations, and without
 * dropout of the state, all steps run in one kernel.
 * @see Hochreiter and Schmidhuber, Neural Computation 9 (1997)
 */
export class LSTM extends Recurrent<typeof OPTIONS> {
  static override readonly className = 'LSTM';
  static override readonly options = OPTIONS;

  override readonly cell = new LSTMCell(cellOptions(this, OPTIONS, 'lstm_cell'));
}

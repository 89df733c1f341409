import { CELL } from './cell.js';
import { GRU as GATES, GRUCell } from './gru-cell.js';
import { cellOptions, Recurrent } from './recurrent.js';

const OPTIONS = { ...CELL, ...GATES };

/**
 * Gated recurrent units. Input [batch, time, features]; output [batch, units], or [batch, time, units] with
 * `returnSequences`, and h with `returnState`. Weights as `GRUCell`. With the default options, and without dropout of
 * the state, all steps run in one kernel.
 * @see Cho et al., arXiv:1406.1078
 */
export class GRU extends Recurrent<typeof OPTIONS> {
  static override readonly className = 'GRU';
  static override readonly options = OPTIONS;

  override readonly cell = new GRUCell(cellOptions(this, OPTIONS, 'gru_cell'));
}

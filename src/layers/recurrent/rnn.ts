import { ValueError } from '../../base/errors.js';
import { innerLayer } from '../base/inner-layer.js';
import { Layer } from '../base/layer.js';
import { Recurrent } from './recurrent.js';
import { type Cell, sizesOf } from './run-cell.js';
import { StackedRNNCells } from './stacked-rnn-cells.js';

const OPTIONS = {
  /** A cell, or a list of cells that are stacked. */
  cell: innerLayer<Cell | readonly Cell[]>('a cell, or a list of cells', isCells),
};

function isCells(value: unknown): boolean {
  const cells = [value].flat();
  return cells.length > 0 && cells.every((cell) => cell instanceof Layer && 'stateSize' in cell);
}

/**
 * A recurrence over a cell: a layer with a `stateSize` that is called with [x, ...states] and returns [output, ...new
 * states]. Input [batch, time, ...]; output that of the last step, or [batch, time, ...] with `returnSequences`, and
 * the last states behind it with `returnState`.
 */
export class RNN extends Recurrent<typeof OPTIONS> {
  static override readonly className = 'RNN';
  static override readonly options = OPTIONS;

  override readonly cell: Cell = cellOf(this.options.cell);

  override twin(changes: { readonly name: string; readonly goBackwards?: boolean }): RNN {
    return new RNN({
      ...this.options,
      cell: copyOf(this.cell),
      dtype: this.dtype,
      trainable: this.trainable,
      ...changes,
    });
  }
}

const cellOf = (given: Cell | readonly Cell[]): Cell =>
  Array.isArray(given) ? new StackedRNNCells({ cells: given }) : (given as Cell);

/** A cell of the same options and other weights. @throws ValueError when it does not say its options */
function copyOf(cell: Cell): Cell {
  if (cell instanceof StackedRNNCells) return new StackedRNNCells({ cells: cell.cells.map(copyOf) });
  const Class = cell.constructor as new (options: object) => Cell;
  const { name: _, ...config } = cell.getConfig();
  const copy = new Class(config);
  if (sizesOf(copy).join() === sizesOf(cell).join()) return copy;
  throw new ValueError(`${cell.describe()}: its getConfig does not make an equal cell`);
}

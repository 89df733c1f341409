import type { Tensor } from '../../tensor/tensor.js';
import { innerLayer } from '../base/inner-layer.js';
import { asList, type CallOptions, Layer } from '../base/layer.js';
import type { SymbolicShape } from '../base/symbolic.js';
import type { Steps } from './cell.js';
import { type Cell, type CellSequence, firstStates, runCell, sizesOf } from './run-cell.js';

const OPTIONS = {
  /** The cells, that of the input first. */
  cells: innerLayer<readonly Cell[]>(
    'a list of cells',
    (value) =>
      Array.isArray(value) && value.length > 0 && value.every((cell) => cell instanceof Layer && 'stateSize' in cell),
  ),
};

/**
 * Cells one on another, as one cell: each takes the output of the one before. Its states are those of all cells in
 * their order.
 */
export class StackedRNNCells extends Layer<typeof OPTIONS> implements Cell {
  static override readonly className = 'StackedRNNCells';
  static override readonly options = OPTIONS;

  readonly cells = this.options.cells;

  get stateSize(): readonly number[] {
    return this.cells.flatMap(sizesOf);
  }

  override build(inputShape: SymbolicShape | readonly SymbolicShape[]): void {
    let [shape] = (Array.isArray(inputShape[0]) ? inputShape : [inputShape]) as readonly SymbolicShape[];
    for (const cell of this.cells) {
      cell.buildFor(shape);
      shape = [shape[0], (cell as { outputSize?: number }).outputSize ?? sizesOf(cell)[0]];
    }
  }

  initialStates(x: Tensor): Tensor[] {
    return this.cells.flatMap((cell) => firstStates(cell, x));
  }

  override call(inputs: readonly Tensor[], { training }: CallOptions): Tensor[] {
    let [x, ...left] = inputs;
    const states: Tensor[] = [];
    for (const cell of this.cells) {
      const own = left.splice(0, sizesOf(cell).length);
      const [output, ...next] = asList(cell.apply([x, ...own], { training }) as Tensor | Tensor[]);
      x = output;
      states.push(...next);
    }
    return [x, ...states];
  }

  /** Each cell runs the whole sequence before the next one does: a kernel for all steps then serves each. */
  runSequence({ x, states: given, ...rest }: CellSequence): Steps {
    const left = given && [...given];
    const states: Tensor[] = [];
    let outputs = x;
    for (const cell of this.cells) {
      const own = left?.splice(0, sizesOf(cell).length) ?? null;
      const steps = runCell(cell, { x: outputs, states: own, ...rest });
      outputs = steps.outputs;
      states.push(...steps.states);
    }
    return { outputs, states };
  }
}

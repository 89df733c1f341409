import { currentBackend } from '../../backends/registry.js';
import { type Shape, sameShape } from '../../base/shape.js';
import { stack } from '../../ops/concat.js';
import { zeros } from '../../ops/creation.js';
import { stepOf, whereCounted } from '../../ops/recurrent/operands.js';
import { tidy } from '../../tensor/scope.js';
import type { Tensor } from '../../tensor/tensor.js';
import { asList, type Layer } from '../base/layer.js';
import { type Drops, KernelCell, type Steps } from './cell.js';

/**
 * One step of a recurrence as a layer: called with [x, ...states], it returns [output, ...new states]. `RNN` takes any
 * such layer.
 */
export interface Cell extends Layer {
  /** Size of the state, or of each. */
  readonly stateSize: number | readonly number[];
  /** The first states for the input of one step; default zeros [batch, size]. */
  initialStates?(x: Tensor): Tensor[];
  /** Dropout factors of one sequence. @param step the shape of the input of one step */
  drawDrops?(step: Shape, training: boolean): Drops;
  /** Run all steps at once; null where the cell cannot. */
  runSequence?(sequence: CellSequence): Steps | null;
}

/** How a sequence runs through a cell. */
export interface CellSequence {
  /** [time, batch, ...] */
  readonly x: Tensor;
  /** One for each state of the cell; null for those it begins with by itself. */
  readonly states: readonly Tensor[] | null;
  /** bool [time, batch]; null where every step counts */
  readonly mask: Tensor | null;
  readonly training: boolean;
  /** Whether to go step by step, through ops that have derivatives of every order. */
  readonly unroll: boolean;
}

/** Run a cell over all steps of a sequence. At masked steps, states and output are unchanged. */
export function runCell(cell: Cell, sequence: CellSequence): Steps {
  const whole = cell.runSequence?.(sequence);
  if (whole) return whole;
  const { x, training, unroll } = sequence;
  const drops = cell.drawDrops?.(x.shape.slice(1), training);
  const atOnce = cell instanceof KernelCell && !unroll ? cell.sequence({ ...sequence, drops: drops! }) : null;
  return atOnce ?? stepByStep(cell, sequence, drops);
}

function stepByStep(cell: Cell, { x, states: given, mask, training }: CellSequence, drops: Drops | undefined): Steps {
  const time = x.shape[0];
  let states = given ?? tidy(() => firstStates(cell, stepOf(x, 0)));
  let previous: Tensor | null = null;
  const outputs: Tensor[] = [];
  // A call without data needs only shapes, which do not change.
  const steps = currentBackend().dataless ? 1 : time;
  for (let step = 0; step < steps; step++) {
    const [output, ...next] = tidy(() => {
      const inputs = [stepOf(x, step), ...states];
      const made = drops ? cell.call(inputs, { training, drops }) : cell.apply(inputs, { training });
      const results = asList(made as Tensor | Tensor[]);
      if (!mask) return [...results];
      const counted = stepOf(mask, step);
      const before = [previous ?? (sameShape(states[0].shape, results[0].shape) ? states[0] : null), ...states];
      return results.map((result, index) => whereCounted(counted, result, before[index]));
    });
    states = next;
    previous = output;
    outputs.push(output);
  }
  const all = steps < time ? zeros([time, ...outputs[0].shape], outputs[0].dtype) : stack(outputs);
  return { outputs: all, states };
}

/** The states that a cell begins with. @param x the input of one step */
export function firstStates(cell: Cell, x: Tensor): Tensor[] {
  if (cell.initialStates) return cell.initialStates(x);
  return sizesOf(cell).map((size) => zeros([x.shape[0], size], x.dtype));
}

/** Sizes of the states of a cell. */
export const sizesOf = ({ stateSize }: Cell): readonly number[] =>
  typeof stateSize === 'number' ? [stateSize] : stateSize;

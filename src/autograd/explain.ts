import { BYTES_PER_ELEMENT } from '../base/dtype.js';
import { ValueError } from '../base/errors.js';
import { currentLayer, watchingPlaces } from '../base/place.js';
import { formatShape, type Shape } from '../base/shape.js';
import {
  addRecorder,
  type Differentiable,
  type Recorded,
  type Recorder,
  removeRecorder,
  withoutRecording,
} from '../ops/op.js';
import { describe } from '../tensor/convert.js';
import { tidy } from '../tensor/scope.js';
import { Tensor } from '../tensor/tensor.js';
import { differentiate } from './differentiate.js';
import { isRead, isRecomputable } from './recompute.js';
import type { FlowListener } from './tape.js';

/** One op of a computation. */
export interface ExplainedOp {
  /** Position in the order of execution, from 1. */
  readonly number: number;
  readonly op: string;
  /** Names of the layers around the op, outermost first, joined by `/`; empty outside layers. */
  readonly layer: string;
  readonly inputs: readonly {
    /** Name of the input in the op. */
    readonly name: string;
    /** `x0` for the first argument, `#3` for the output of op 3, `constant` for a tensor from elsewhere. */
    readonly from: string;
    readonly shape: Shape;
  }[];
  readonly output: Shape;
  /** New memory in bytes: 0 if the output shares the buffer of an input, as in reshape. */
  readonly bytes: number;
  /** Inputs that receive a gradient in the backward walk. */
  readonly gradientTo: readonly string[];
  /**
   * Numbers of the ops whose gradients read the output: the tape keeps it for them. Empty if it is freed with the last
   * use in f.
   */
  readonly keptFor: readonly number[];
  /** Numbers of the ops whose gradients read the output where it is not kept, but computed again for them. */
  readonly recomputedFor: readonly number[];
}

/** A recorded op. */
interface Ran extends Recorded {
  readonly op: Differentiable;
  readonly layer: string;
}

/** A function, op by op. Prints as a table. @example const { ops } = explain((x) => x.square())([x]) */
export class Explanation {
  constructor(
    readonly ops: readonly ExplainedOp[],
    /** Whether each argument receives a gradient. */
    readonly reached: readonly boolean[],
  ) {}

  /** Memory of all outputs. */
  get bytes(): number {
    return this.ops.reduce((total, { bytes }) => total + bytes, 0);
  }

  toString(): string {
    const numbers = (ops: readonly number[]) => ops.map((number) => `#${number}`).join(', ') || '-';
    const rows = this.ops.map(({ number, op, layer, inputs, output, bytes, gradientTo, keptFor, recomputedFor }) => [
      String(number),
      op,
      inputs.map(({ name, from, shape }) => `${name}: ${from} ${formatShape(shape)}`).join(', '),
      formatShape(output),
      String(bytes),
      gradientTo.join(', ') || '-',
      numbers(keptFor),
      numbers(recomputedFor),
      layer,
    ]);
    const table = [
      ['#', 'op', 'inputs', 'output', 'bytes', 'gradient to', 'kept for', 'computed again for', 'layer'],
      ...rows,
    ];
    // Omit empty columns.
    if (this.ops.every(({ layer }) => layer === '')) for (const row of table) row.pop();
    if (this.ops.every(({ recomputedFor }) => recomputedFor.length === 0)) {
      const column = table[0].indexOf('computed again for');
      for (const row of table) row.splice(column, 1);
    }
    const widths = table[0].map((_, column) => Math.max(...table.map((row) => row[column].length)));
    const lines = table.map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column]))
        .join('  ')
        .trimEnd(),
    );
    const missing = this.reached.flatMap((reached, index) => (reached ? [] : [`x${index}`]));
    if (missing.length > 0) lines.push(`no gradient reaches ${missing.join(', ')}`);
    return lines.join('\n');
  }

  print(): void {
    console.log(this.toString());
  }
}

/**
 * Run a function and its backward pass, and list the ops in order, their shapes and memory,
 * where gradients flow, and which outputs are kept for them.
 * @returns a function that takes the arguments as a list; all tensors created are freed
 * @throws ValueError when an argument or the result is not a tensor
 * @example explain((x, w) => x.matMul(w).relu())([x, w]).print()
 */
export function explain(f: (...args: Tensor[]) => Tensor): (args: readonly Tensor[]) => Explanation {
  return (args) =>
    tidy(() => {
      if (!Array.isArray(args) || !args.every((x) => x instanceof Tensor)) {
        throw new ValueError('explain: the arguments are expected as a list of tensors');
      }
      const { entries, flows, gradients } = observe(() => f(...args), args);
      const origins = new Map(args.map((x, index) => [x.id, `x${index}`]));
      const { readers, recomputed } = readersOf(entries, flows);
      const ops = entries.map((entry, index) => {
        const { id } = entry.output;
        const readBy = readers.get(id) ?? [];
        const [keptFor, recomputedFor] = recomputed.has(id) ? [[], readBy] : [readBy, []];
        const gradientTo = flows.get(id) ?? [];
        const explained = { ...explainEntry(entry, index + 1, origins), gradientTo, keptFor, recomputedFor };
        origins.set(id, `#${index + 1}`);
        return explained;
      });
      return new Explanation(
        ops,
        gradients.map((gradient) => gradient !== undefined),
      );
    });
}

/**
 * Every op that `f` runs, those that lead to no argument too; the inputs that gradients flow to, by output; and the
 * gradients.
 */
function observe(f: () => Tensor, args: readonly Tensor[]) {
  const entries: Ran[] = [];
  const listener: Recorder = {
    record: (op, recorded) => void entries.push({ op, layer: currentLayer(), ...recorded }),
  };
  const observed = (): Tensor => {
    addRecorder(listener);
    try {
      const result = watchingPlaces(f);
      if (!(result instanceof Tensor))
        throw new ValueError(`explain: the function returned ${describe(result)}, expected a tensor`);
      return result;
    } finally {
      removeRecorder(listener);
    }
  };
  const flows = new Map<number, string[]>();
  const onFlow: FlowListener = ({ output: { id } }, input) => {
    flows.set(id, [...(flows.get(id) ?? []), input]);
  };
  const { gradients } = withoutRecording(() => differentiate(observed, args, undefined, onFlow));
  return { entries, flows, gradients };
}

/**
 * For each tensor, by its id, the numbers of the ops whose gradients, or whose repetition, read it; and the tensors
 * that are computed again rather than kept.
 */
function readersOf(entries: readonly Ran[], flows: ReadonlyMap<number, readonly string[]>) {
  const readers = new Map<number, number[]>();
  const recomputed = new Set<number>();
  for (const [index, entry] of entries.entries()) {
    const { op, inputs, output, options } = entry;
    const reads = op.reads?.(options);
    const targets = flows.get(output.id) ?? [];
    const isAgain = targets.length > 0 && isRecomputable(op, entry, targets, ({ id }) => recomputed.has(id));
    if (isAgain) recomputed.add(output.id);
    const read = Object.entries({ ...inputs, output }).filter(
      ([name]) => isRead(name, reads, targets) || (isAgain && name !== 'output'),
    );
    for (const tensor of new Set(read.map(([, tensor]) => tensor)))
      if (tensor) readers.set(tensor.id, [...(readers.get(tensor.id) ?? []), index + 1]);
  }
  return { readers, recomputed };
}

function explainEntry(
  { op, layer, inputs, output }: Ran,
  number: number,
  origins: ReadonlyMap<number, string>,
): Omit<ExplainedOp, 'gradientTo' | 'keptFor' | 'recomputedFor'> {
  const given = Object.entries(inputs).flatMap(([name, tensor]) => (tensor ? [{ name, tensor }] : []));
  const shares = given.some(({ tensor }) => tensor.storage === output.storage);
  return {
    number,
    op: op.name,
    layer,
    inputs: given.map(({ name, tensor }) => ({
      name,
      from: origins.get(tensor.id) ?? 'constant',
      shape: tensor.shape,
    })),
    output: output.shape,
    bytes: shares ? 0 : output.size * BYTES_PER_ELEMENT[output.dtype],
  };
}

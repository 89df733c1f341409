import { BYTES_PER_ELEMENT } from '../tensor/dtype.js';
import { ValueError } from '../tensor/errors.js';
import { addRecorder, type Recorder, removeRecorder, withoutRecording } from '../tensor/op.js';
import { tidy } from '../tensor/scope.js';
import { formatShape, type Shape } from '../tensor/shape.js';
import { Tensor } from '../tensor/tensor.js';
import { differentiate } from './differentiate.js';
import type { Entry, FlowListener } from './tape.js';

/** One op of a computation. */
export interface ExplainedOp {
  /** Its place in the order of execution, from 1. */
  readonly number: number;
  readonly op: string;
  readonly inputs: readonly {
    /** The op's name for it. */
    readonly name: string;
    /** `x0` for the first argument, `#3` for the output of op 3, `constant` for a tensor from elsewhere. */
    readonly from: string;
    readonly shape: Shape;
  }[];
  readonly output: Shape;
  /** New memory: 0 where the output shares the buffer of an input, as reshape's does. */
  readonly bytes: number;
  /** Inputs that get a gradient on the way from the result back to the arguments. */
  readonly gradientTo: readonly string[];
}

/** What a function does, op by op. Prints as a table. @example const { ops } = explain((x) => x.square())([x]) */
export class Explanation {
  constructor(
    readonly ops: readonly ExplainedOp[],
    /** For each argument, whether a gradient reaches it. */
    readonly reached: readonly boolean[],
  ) {}

  /** Memory of all outputs. */
  get bytes(): number {
    return this.ops.reduce((total, { bytes }) => total + bytes, 0);
  }

  toString(): string {
    const rows = this.ops.map(({ number, op, inputs, output, bytes, gradientTo }) => [
      String(number),
      op,
      inputs.map(({ name, from, shape }) => `${name}: ${from} ${formatShape(shape)}`).join(', '),
      formatShape(output),
      String(bytes),
      gradientTo.join(', ') || '-',
    ]);
    const table = [['#', 'op', 'inputs', 'output', 'bytes', 'gradient to'], ...rows];
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
 * Runs a function and the walk back from its result, and lists what happened: the ops in order, their shapes and memory,
 * and where gradients flow.
 * @returns takes the arguments as a list; all tensors that were made are freed
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
      const ops = entries.map((entry, index) => {
        const explained = explainEntry(entry, index + 1, origins, flows.get(entry.output) ?? []);
        origins.set(entry.output.id, `#${index + 1}`);
        return explained;
      });
      return new Explanation(
        ops,
        gradients.map((gradient) => gradient !== undefined),
      );
    });
}

/** Every op that `f` runs, those that lead to no argument too; the inputs that gradients flow to, by output; and the gradients. */
function observe(f: () => Tensor, args: readonly Tensor[]) {
  const entries: Entry[] = [];
  const listener: Recorder = { record: (op, recorded) => void entries.push({ op, ...recorded }) };
  const observed = (): Tensor => {
    addRecorder(listener);
    try {
      const result = f();
      if (!(result instanceof Tensor)) throw new ValueError(`explain: the function returned ${String(result)}`);
      return result;
    } finally {
      removeRecorder(listener);
    }
  };
  const flows = new Map<Tensor, string[]>();
  const onFlow: FlowListener = ({ output }, input) => {
    flows.set(output, [...(flows.get(output) ?? []), input]);
  };
  const { gradients } = withoutRecording(() => differentiate(observed, args, undefined, onFlow));
  return { entries, flows, gradients };
}

function explainEntry(
  { op, inputs, output }: Entry,
  number: number,
  origins: ReadonlyMap<number, string>,
  gradientTo: readonly string[],
): ExplainedOp {
  const given = Object.entries(inputs).flatMap(([name, tensor]) => (tensor ? [{ name, tensor }] : []));
  const shares = given.some(({ tensor }) => tensor.storage === output.storage);
  return {
    number,
    op: op.name,
    inputs: given.map(({ name, tensor }) => ({
      name,
      from: origins.get(tensor.id) ?? 'constant',
      shape: tensor.shape,
    })),
    output: output.shape,
    bytes: shares ? 0 : output.size * BYTES_PER_ELEMENT[output.dtype],
    gradientTo,
  };
}

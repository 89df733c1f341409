import { tensor } from '../../ops/creation.js';
import type { Tensor } from '../../tensor/tensor.js';
import { know, LONGEST, type Numbers, numbersOf } from './known-numbers.js';
import type { OpCall } from './op-call.js';

/*
 * Graphs compute shapes by ops: the first size of an image's shape, packed with a constant, is what Reshape takes. Here
 * such numbers are computed on the host, so that no reshape waits for a backend.
 */

type Rule = (inputs: readonly Numbers[], call: OpCall) => Numbers | null;

const elementwise =
  (f: (a: number, b: number) => number): Rule =>
  ([a, b]) => {
    const long = a.values.length >= b.values.length ? a : b;
    if (![1, long.values.length].includes(Math.min(a.values.length, b.values.length))) return null;
    const at = ({ values }: Numbers, i: number) => values[values.length === 1 ? 0 : i];
    return { values: long.values.map((_, i) => f(at(a, i), at(b, i))), shape: long.shape };
  };

const same: Rule = ([a]) => a;

const RULES: Readonly<Record<string, Rule>> = {
  Identity: same,
  Cast: ([a], call) => (call.attributes.dtype('DstT') === 'int32' ? a : null),
  Add: elementwise((a, b) => a + b),
  AddV2: elementwise((a, b) => a + b),
  Sub: elementwise((a, b) => a - b),
  Mul: elementwise((a, b) => a * b),
  Maximum: elementwise(Math.max),
  Minimum: elementwise(Math.min),
  FloorDiv: elementwise((a, b) => Math.floor(a / b)),
  Prod: ([a, axis], call) => {
    if (a.shape.length !== 1 || axis.values.length !== 1) return null;
    const shape = call.attributes.flag('keep_dims') ? [1] : [];
    return { values: [a.values.reduce((product, value) => product * value, 1)], shape };
  },
  Pack: (all) => {
    if (all.some(({ shape }) => shape.length > 0)) return null;
    return { values: all.flatMap(({ values }) => values), shape: [all.length] };
  },
  ConcatV2: (all) => {
    const parts = all.slice(0, -1);
    if (parts.some(({ shape }) => shape.length !== 1)) return null;
    const values = parts.flatMap((part) => part.values);
    return { values, shape: [values.length] };
  },
  StridedSlice: ([a, begin, end, strides], call) => {
    const mask = (name: string) => call.attributes.number(`${name}_mask`, 0);
    if (a.shape.length !== 1 || mask('ellipsis') || mask('new_axis') || strides.values[0] < 1) return null;
    const place = (value: number) => (value < 0 ? value + a.values.length : value);
    const from = mask('begin') ? 0 : place(begin.values[0]);
    if (mask('shrink_axis')) return a.values[from] === undefined ? null : { values: [a.values[from]], shape: [] };
    const taken = a.values.slice(from, mask('end') ? undefined : place(end.values[0]));
    const values = taken.filter((_, index) => index % strides.values[0] === 0);
    return { values, shape: [values.length] };
  },
};

/** Return the result of an op on numbers that the host knows; null where they are not, or the op is no such. */
export function onHost(op: string, inputs: readonly Tensor[], call: OpCall): Tensor | null {
  const rule = Object.hasOwn(RULES, op) ? RULES[op] : undefined;
  if (!rule || inputs.some(({ dtype, size }) => dtype !== 'int32' || size > LONGEST)) return null;
  const numbers = inputs.map(numbersOf);
  if (numbers.some((each) => each === null)) return null;
  const result = rule(numbers as Numbers[], call);
  return result && know(tensor([...result.values], result.shape, 'int32'), result.values);
}

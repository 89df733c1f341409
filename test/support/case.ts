import type { Tensor } from '../../src/tensor/tensor.js';
import type { HostInput, Make } from './inputs.js';

export type Tensors = Readonly<Record<string, Tensor>>;

type Result = Tensor | readonly Tensor[];

/** One call of a public op. The conformance, gradient, memory and bench runners all read the same list of them. */
export interface Case {
  /** The op and what tells the case from others of it. */
  readonly name: string;
  /** The exported function that the case covers. */
  readonly op: string;
  /** Host arrays, the same at every call. */
  inputs(): Readonly<Record<string, HostInput>>;
  run(inputs: Tensors): Result;
  /** Inputs that have a gradient; empty for an op that has none. */
  readonly differentiable: readonly string[];
  /** Orders of derivative that exist here, and are checked. */
  readonly orders: number;
  /** Tolerance of float32 against float64: max |a − b| / max(1, max |b|). */
  readonly tolerance: number;
}

export interface CaseOptions {
  readonly inputs: Readonly<Record<string, Make>>;
  readonly run: (inputs: Tensors) => Result;
  /** Default: the float inputs. */
  readonly differentiable?: readonly string[];
  /** Default 2. */
  readonly orders?: number;
  /** Default 1e-5: sums of some hundred terms in float32. */
  readonly tolerance?: number;
}

/** FNV-1a: seeds from names, so that adding a case changes no other. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  return value >>> 0;
}

export function defineCase(op: string, of: string, options: CaseOptions): Case {
  const name = of ? `${op} ${of}` : op;
  const makers = Object.entries(options.inputs);
  const inputs = (): Record<string, HostInput> =>
    Object.fromEntries(makers.map(([input, make]) => [input, make(hash(`${name}/${input}`))]));
  const floats = (): string[] =>
    Object.entries(inputs()).flatMap(([key, { dtype }]) => (dtype === 'float' ? [key] : []));
  return {
    name,
    op,
    inputs,
    run: options.run,
    differentiable: options.differentiable ?? floats(),
    orders: options.orders ?? 2,
    tolerance: options.tolerance ?? 1e-5,
  };
}

/** The outputs of a case as a list. */
export const outputsOf = (result: Result): readonly Tensor[] => ('isTensor' in result ? [result] : result);

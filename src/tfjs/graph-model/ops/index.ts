import { assertFunction } from '../../../base/arguments.js';
import { ValueError } from '../../../base/errors.js';
import { show } from '../../../base/show.js';
import type { Tensor } from '../../../tensor/tensor.js';
import { ARITHMETIC } from './arithmetic.js';
import { CONVOLUTION } from './convolution.js';
import type { GraphOps } from './graph-ops.js';
import { LISTS } from './lists.js';
import { REDUCTIONS } from './reductions.js';
import { SELECTION } from './selection.js';
import { SHAPES } from './shapes.js';

import { WAITING } from './waiting.js';

export { WAITING };

/** Ops of TensorFlow that run at once; constants, inputs, branches and loops are the evaluation's own. */
const OPS: GraphOps = { ...ARITHMETIC, ...CONVOLUTION, ...SHAPES, ...REDUCTIONS, ...SELECTION, ...LISTS };

/** Ops that the program registered; they come before those of the library. */
const registered = new Map<string, GraphOps[string]>();

/** Whether an op is known, of the library or registered. */
export const isKnownOp = (name: string): boolean =>
  registered.has(name) || Object.hasOwn(OPS, name) || Object.hasOwn(WAITING, name);

/** Return what computes an op that is known and does not wait. */
export const opNamed = (name: string): GraphOps[string] => registered.get(name) ?? OPS[name];

export const isRegistered = (name: string): boolean => registered.has(name);

/** What an op of a program receives, as tfjs's GraphNode. */
export interface GraphNode {
  readonly inputs: readonly Tensor[];
  /** The node's attributes: numbers, texts, flags, shapes, names of types, and lists of them. */
  readonly attrs: Readonly<Record<string, unknown>>;
}

/**
 * Add an op that graph models may have, or replace one.
 * @throws ValueError when the name is empty @throws TypeError
 * @example registerOp('CenterPixels', ({ inputs, attrs }) => inputs[0].sub(attrs.mean as number));
 */
export function registerOp(name: string, opFunc: (node: GraphNode) => Tensor | Tensor[]): void {
  if (typeof name !== 'string' || name === '')
    throw new ValueError(`registerOp: name is ${show(name)}, expected a text`);
  assertFunction('registerOp', 'opFunc', opFunc);
  registered.set(name, (call) => opFunc({ inputs: call.tensors(), attrs: call.attributes.plain() }));
}

/** Remove an op that the program registered. */
export function deregisterOp(name: string): void {
  registered.delete(name);
}

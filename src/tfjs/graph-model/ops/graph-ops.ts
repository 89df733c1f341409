import type { OpCall } from '../op-call.js';
import type { Result } from '../values.js';

/** Ops of TensorFlow by their names. */
export type GraphOps = Readonly<Record<string, (call: OpCall) => Result>>;

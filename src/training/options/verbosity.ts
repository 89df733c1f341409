import { type Option, oneOf } from '../../base/options.js';

/** Output to print: 0 nothing, 1 lines during the run and at the end, 2 only at the end; `'auto'` is 1. */
export type Verbosity = 0 | 1 | 2;

/** `verbose` of fit, evaluate and predict; default 0. */
export const verbosity = (): Option<Verbosity | 'auto', Verbosity | 'auto', false> =>
  oneOf([0, 1, 2, 'auto']).default(0);

export const verbosityOf = (verbose: Verbosity | 'auto'): Verbosity => (verbose === 'auto' ? 1 : verbose);

import { type Option, oneOf } from '../../base/options.js';

/** How much is printed: 0 nothing, 1 lines while it runs and at the end, 2 at the end alone; `'auto'` is 1. */
export type Verbosity = 0 | 1 | 2;

/** `verbose` of fit, evaluate and predict; default 0. */
export const verbosity = (): Option<Verbosity | 'auto', Verbosity | 'auto', false> =>
  oneOf([0, 1, 2, 'auto']).default(0);

export const verbosityOf = (verbose: Verbosity | 'auto'): Verbosity => (verbose === 'auto' ? 1 : verbose);

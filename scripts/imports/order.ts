import type { Order, Tolerated } from './rules.js';

/**
 * The folders of `src` in the order of dependence, lowest rank first: a file may import from its own row and from the
 * rows above, types included. Folders in one row may depend on each other in one direction. docs/architecture.md draws
 * the same rows.
 */
export const ORDER: Order = [
  ['base'],
  ['backends'],
  ['tensor'],
  ['ops'],
  ['autograd', 'inference', 'profile'],
  ['activations', 'initializers', 'regularizers', 'constraints'],
  ['layers'],
  ['losses', 'metrics', 'optim'],
  ['data', 'images'],
  ['training'],
  ['models'],
  ['io'],
  ['tfjs', 'plots', 'zoo', 'interpret'],
  ['datasets', 'mpi', 'watch'],
  ['cli'],
];

/** Arrows that break the rules and are being removed. */
export const TOLERATED: readonly Tolerated[] = [];

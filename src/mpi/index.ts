/** Data-parallel training over MPI: `nabla/mpi`, for Node. */
export type { Reduction } from './handles.js';
export { type MpiOptions, mpi } from './join.js';
export type { MpiArray, PendingReduction, World } from './world.js';

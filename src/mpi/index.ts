/** Data-parallel training over MPI: `nabla/mpi`, for Node. */
export type { Reduction } from './handles.js';
export { type MpiArray, mpi, type PendingReduction, type World } from './world.js';

/** Data-parallel training over MPI: `nabla/mpi`, for Node. */
export type { PendingReduction } from './communicator.js';
export type { Reduction } from './handles.js';
export { type MpiOptions, mpi } from './join.js';
export type { MpiArray } from './mpi-array.js';
export type { World } from './world.js';

/**
 * Data-parallel training over MPI: `nabla/mpi`, for Node; needs the package koffi and Open MPI or MPICH.
 * @module nabla/mpi
 */
export * from './mpi/index.js';

/**
 * Constants of MPI libraries: addresses of symbols in Open MPI, integers in MPICH and in the common ABI of
 * MPI 5.
 */
export interface Handles {
  /** C type of a handle. */
  readonly type: 'intptr_t' | 'int';
  readonly world: Handle;
  readonly errorsReturn: Handle;
  readonly dtypes: Readonly<Record<ElementType, Handle>>;
  readonly operations: Readonly<Record<Reduction, Handle>>;
  /** `MPI_IN_PLACE` and `MPI_STATUS_IGNORE`, which are pointers. */
  readonly inPlace: number;
  readonly ignoreStatus: number;
}

export type Handle = number | bigint;
export type ElementType = 'float32' | 'float64' | 'int32' | 'uint8';
/** The operation of an all-reduce. */
export type Reduction = 'sum' | 'max' | 'min';

/** Handles of Open MPI. @param address returns the address of a symbol in the library */
export const openMpiHandles = (address: (symbol: string) => Handle): Handles => ({
  type: 'intptr_t',
  world: address('ompi_mpi_comm_world'),
  errorsReturn: address('ompi_mpi_errors_return'),
  dtypes: {
    float32: address('ompi_mpi_float'),
    float64: address('ompi_mpi_double'),
    int32: address('ompi_mpi_int'),
    uint8: address('ompi_mpi_byte'),
  },
  operations: {
    sum: address('ompi_mpi_op_sum'),
    max: address('ompi_mpi_op_max'),
    min: address('ompi_mpi_op_min'),
  },
  inPlace: 1,
  ignoreStatus: 0,
});

/** Handles of MPICH and of the libraries that share its ABI: Intel MPI, MVAPICH, Cray MPICH. Source: MPICH's mpi.h. */
export const MPICH_HANDLES: Handles = {
  type: 'int',
  world: 0x44000000,
  errorsReturn: 0x54000001,
  dtypes: { float32: 0x4c00040a, float64: 0x4c00080b, int32: 0x4c000405, uint8: 0x4c00010d },
  operations: { sum: 0x58000003, max: 0x58000001, min: 0x58000002 },
  inPlace: -1,
  ignoreStatus: 1,
};

/** Handles of the common ABI of MPI 5.0 (`libmpi_abi.so`). Source: the MPI Forum's mpi.h. */
export const ABI_HANDLES: Handles = {
  type: 'intptr_t',
  world: 0x101,
  errorsReturn: 0x142,
  dtypes: { float32: 0x210, float64: 0x214, int32: 0x209, uint8: 0x247 },
  operations: { sum: 0x21, max: 0x23, min: 0x22 },
  inPlace: 1,
  ignoreStatus: 0,
};

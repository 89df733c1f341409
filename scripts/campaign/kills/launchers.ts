import { spawnSync } from 'node:child_process';

/** A program that starts several processes on this machine. */
export interface Launcher {
  readonly name: string;
  readonly command: string;
}

const exists = (command: string): boolean => spawnSync(command, ['--version']).status === 0;

/** Launchers that are installed: Debian names them by their library when both are. */
export function installedLaunchers(): readonly Launcher[] {
  const named = [
    { name: 'Open MPI', command: 'mpirun.openmpi' },
    { name: 'MPICH', command: 'mpirun.mpich' },
  ].filter(({ command }) => exists(command));
  if (named.length > 0) return named;
  return exists('mpirun') ? [{ name: 'mpirun', command: 'mpirun' }] : [];
}

/** Variables under which launchers start more ranks than there are cores. */
export const CROWDED: Readonly<Record<string, string>> = {
  // Open MPI runs as root, and more ranks than cores, only with these options.
  OMPI_ALLOW_RUN_AS_ROOT: '1',
  OMPI_ALLOW_RUN_AS_ROOT_CONFIRM: '1',
  OMPI_MCA_rmaps_base_oversubscribe: '1',
  // A rank that waits lets others run.
  OMPI_MCA_mpi_yield_when_idle: '1',
  NABLA_THREADS: '1',
};

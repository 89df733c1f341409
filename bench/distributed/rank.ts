/* One process of `bench/distributed.ts`: a task, its threads, and the file that process 0 writes its figures to. */
import { writeFileSync } from 'node:fs';
import '../../src/backends/default.js';
import { mpi } from '../../src/mpi/index.js';
import '../../src/ops/methods.js';
import { timeSums } from './sums.js';
import { timeSteps } from './training-step.js';

const [task, threads, out] = process.argv.slice(2);
const world = process.env.OMPI_COMM_WORLD_SIZE ? await mpi() : null;
const figures = task === 'sums' ? timeSums(world!) : await timeSteps(task, Number(threads), world);
if (!world || world.rank === 0) writeFileSync(out, JSON.stringify(figures));
process.exit(0);

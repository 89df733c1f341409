import { mpi } from '../../../src/mpi.js';

// Rank 1 fails in the way that its argument names; the others wait for it in a collective call.
const world = await mpi();
if (world.rank === 1) {
  const [way] = process.argv.slice(2);
  if (way === 'throw') throw new Error('the disk is full');
  if (way === 'exit') process.exit(3);
  if (way === 'kill') process.kill(process.pid, 'SIGKILL');
}
world.allReduce(new Float32Array(10));
console.log('went on');

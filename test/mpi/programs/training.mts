import '../../../src/ops/methods.js';
import '../../../src/backends/default.js';
import { mpi } from '../../../src/mpi.js';
import '../device-backend.js';
import { trainExample } from '../training-example.js';

const [kind, backend] = process.argv.slice(2);
const world = await mpi();
const { history, stepLosses, fingerprints } = await trainExample(kind, world, backend);
console.log(JSON.stringify({ rank: world.rank, history, stepLosses, fingerprints }));

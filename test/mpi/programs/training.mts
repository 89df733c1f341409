import '../../../src/ops/methods.js';
import '../../../src/backends/default.js';
import { mpi } from '../../../src/mpi.js';
import { fingerprintOf, trainExample } from '../training-example.js';

const [kind] = process.argv.slice(2);
const world = await mpi();
const { model, history } = await trainExample(kind, world);
console.log(JSON.stringify({ rank: world.rank, history, weights: fingerprintOf(model) }));

import { mpi } from '../../../src/mpi.js';

const world = await mpi();
const { rank, size } = world;
const memory = new WebAssembly.Memory({ initial: 64, maximum: 64, shared: true });

const shared = new Float32Array(memory.buffer, 64, 1000).map((_, i) => i * (rank + 1));
const inWasm = new Float32Array(memory.buffer, 64, 1000);
inWasm.set(shared);
world.allReduce(inWasm);

const largest = Float64Array.of(rank, -rank);
world.allReduce(largest, 'max');
const smallest = Int32Array.of(rank + 5, 3);
world.allReduce(smallest, 'min');

const first = new Float32Array(memory.buffer, 8192, 200_000).fill(rank + 1);
const second = new Float32Array(3).fill(10 * (rank + 1));
const pending = [world.startAllReduce(first), world.startAllReduce(second)];
while (!pending[0].test());
for (const each of pending) each.wait();

const bytes = rank === size - 1 ? Uint8Array.of(1, 2, 3) : new Uint8Array(3);
world.broadcast(bytes, size - 1);
world.barrier();

let disagreement = '';
try {
  world.agree('fit', 'the model', rank === 1 ? 'b' : 'a');
} catch (error) {
  disagreement = (error as Error).message;
}
let unknownRoot = '';
try {
  world.broadcast(bytes, size);
} catch (error) {
  unknownRoot = (error as Error).message;
}

console.log(
  JSON.stringify({
    rank,
    size,
    neighbours: world.neighbours,
    library: world.library,
    sum: [inWasm[0], inWasm[1], inWasm[999]],
    largest: [...largest],
    smallest: [...smallest],
    started: [first[0], first[199_999], second[2]],
    bytes: [...bytes],
    text: world.broadcastText(`from ${rank}`, 0),
    texts: world.gatherTexts('é'.repeat(rank)),
    disagreement,
    unknownRoot,
  }),
);

/**
 * Time one convolution and its gradients: the median over many runs, and the corresponding floating-point operations
 * per second.
 *
 *     npx tsx examples/convolution-benchmark.ts
 */
import { backendInfo, conv2d, grads, randomNormal, ready, setThreads, type Tensor, tidy } from 'nabla';

const quick = process.env.QUICK !== undefined;
const runs = quick ? 5 : 50;
const [batch, size, channels, filters] = quick ? [1, 16, 8, 8] : [8, 56, 64, 64];

await ready();
const x = randomNormal([batch, size, size, channels]);
const kernel = randomNormal([3, 3, channels, filters]);
const forward = (image: Tensor, weights: Tensor): Tensor => conv2d(image, weights, 1, 'same');
const backward = grads(forward);

/** The median time of a call, in milliseconds. */
function median(call: () => unknown): number {
  const times: number[] = [];
  // The first calls compile the kernels and allocate the memory that later calls reuse.
  for (let run = -3; run < runs; run++) {
    const start = performance.now();
    // The cpu and wasm backends have finished when the call returns; on a GPU, also read a value of the result.
    tidy(() => void call());
    if (run >= 0) times.push(performance.now() - start);
  }
  return times.sort((a, b) => a - b)[times.length >> 1];
}

// A multiplication and an addition for each tap, channel and filter at each pixel.
const operations = 2 * 3 * 3 * channels * filters * batch * size * size;
for (const threads of [1, backendInfo().threads]) {
  setThreads(threads);
  const { name, variant } = backendInfo();
  const [once, gradients] = [median(() => forward(x, kernel)), median(() => backward([x, kernel]))];
  const speed = operations / once / 1e6;
  console.log(`${name} ${variant}, ${threads} thread(s): ${once.toFixed(2)} ms, ${speed.toFixed(1)} GFLOP/s`);
  console.log(`  gradients with respect to the image and the kernel: ${gradients.toFixed(2)} ms`);
}

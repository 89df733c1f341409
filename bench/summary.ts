/**
 * How long each model of the zoo takes to be built and summarised: the first time in this process for VGG-16, then the
 * median of 20.
 */
import '../src/backends/default.js';
import { clearSession } from '../src/layers/base/naming.js';
import { memory } from '../src/tensor/scope.js';
import { zoo } from '../src/zoo/index.js';

function milliseconds(name: string): number {
  clearSession();
  const start = performance.now();
  zoo[name]().summary({ json: true });
  return performance.now() - start;
}

console.log(`vgg16, first in the process: ${milliseconds('vgg16').toFixed(1)} ms`);
for (const name of Object.keys(zoo)) {
  const times = Array.from({ length: 20 }, () => milliseconds(name)).sort((a, b) => a - b);
  console.log(`${name.padEnd(26)} ${times[10].toFixed(1).padStart(6)} ms`);
}
console.log(`tensors ${memory().numTensors}, bytes ${memory().numBytes}`);

// tfjs with its WebAssembly backend as a peer: reads {prepare} and {measure} in lines of JSON, answers {ready} and {times}.
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';
import * as tf from '@tensorflow/tfjs';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';

// Standard output is for answers alone.
console.log = console.warn = console.info = () => {};
const say = (answer) => process.stdout.write(`${JSON.stringify(answer)}\n`);

setWasmPaths(`${dirname(createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm'))}/`);
await tf.setBackend('wasm');

/** One run that has computed its result, or null where tfjs has no kernel for it on this backend. */
function workload(work) {
  const force = (f) => () => tf.tidy(() => void f().dataSync());
  if (work.kind === 'matmul') {
    const [a, b] = [tf.randomUniform([work.m, work.k]), tf.randomUniform([work.k, work.n])];
    return force(() => tf.matMul(a, b));
  }
  if (work.kind === 'train') return null;
  const x = tf.randomUniform([work.batch, work.size, work.size, work.inChannels]);
  const filter = tf.randomUniform([work.window, work.window, work.inChannels, work.outChannels]);
  if (work.kind === 'conv2d') return force(() => tf.conv2d(x, filter, 1, 'same'));
  if (work.kind === 'conv2d-input-gradient') {
    const dy = tf.randomUniform([work.batch, work.size, work.size, work.outChannels]);
    return force(() => tf.conv2dTranspose(dy, filter, x.shape, 1, 'same'));
  }
  return null;
}

say({ version: tf.version.tfjs });
let run = null;
for await (const line of createInterface({ input: process.stdin })) {
  const question = JSON.parse(line);
  if (question.prepare) {
    run = workload(question.prepare);
    for (let i = 0; run && i < 3; i++) run();
    say({ ready: run !== null });
    continue;
  }
  const times = [];
  const end = performance.now() + question.measure;
  while (times.length === 0 || performance.now() < end) {
    const start = performance.now();
    run();
    times.push(performance.now() - start);
  }
  say({ times });
}

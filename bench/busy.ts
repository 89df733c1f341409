/**
 * npx tsx bench/busy.ts [--loops N] [--rounds N] [--budget MS]
 *
 * Times training steps while other programs take the cores: LeNet-5 and a small net of 3×3 convolutions, with one
 * thread and with two, in turns, beside endless loops. Prints the mean and the median step of each, and their ratios.
 */
import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import * as nb from '../src/index.js';
import { median } from './measure.js';

const { values: flags } = parseArgs({
  options: {
    loops: { type: 'string', default: String(availableParallelism()) },
    rounds: { type: 'string', default: '7' },
    budget: { type: 'string', default: '1000' },
  },
});
const THREADS = [1, 2];

function convolutions(): nb.Model {
  const { layers } = nb;
  const conv = (filters: number) => layers.conv2d({ filters, kernelSize: 3, padding: 'same', activation: 'relu' });
  return nb.sequential({
    layers: [
      layers.inputLayer({ inputShape: [28, 28, 1] }),
      ...[conv(32), conv(32), layers.maxPooling2d({ poolSize: 2 }), conv(64), conv(64)],
      ...[layers.globalAveragePooling2d(), layers.dense({ units: 10, activation: 'softmax' })],
    ],
  });
}

function trainingStep(model: nb.Model): () => Promise<void> {
  model.compile({ optimizer: nb.optimizers.adam(), loss: 'categoricalCrossentropy' });
  const batches = Array.from({ length: 64 }, () => ({
    x: nb.randomUniform([32, 28, 28, 1]),
    y: nb.oneHot(nb.randomUniformInt([32], 0, 10), 10),
  }));
  let step = 0;
  return async () => {
    const { x, y } = batches[step++ % batches.length];
    await model.trainOnBatch(x, y);
  };
}

/** Times of the steps within a budget, in ms. */
async function timesOf(step: () => Promise<void>, budget: number): Promise<number[]> {
  const times: number[] = [];
  for (const end = performance.now() + budget; performance.now() < end; ) {
    const start = performance.now();
    await step();
    times.push(performance.now() - start);
  }
  return times;
}

const mean = (times: readonly number[]): number => times.reduce((sum, time) => sum + time, 0) / times.length;

const loops = Array.from({ length: Number(flags.loops) }, () => spawn(process.execPath, ['-e', 'for (;;);']));
try {
  for (const [name, model] of [
    ['lenet5', nb.lenet5()],
    ['convolutions', convolutions()],
  ] as const) {
    const step = trainingStep(model);
    const found = THREADS.map((): number[][] => []);
    await timesOf(step, 2 * Number(flags.budget));
    for (let round = 0; round < Number(flags.rounds); round++) {
      for (const [i, threads] of THREADS.entries()) {
        nb.setThreads(threads);
        await timesOf(step, 50);
        found[i].push(await timesOf(step, Number(flags.budget)));
      }
    }
    const means = found.map((rounds) => rounds.map(mean));
    const medians = found.map((rounds) => median(rounds.flat()));
    const ratio = median(means[1].map((value, round) => value / means[0][round]));
    const shown = THREADS.map(
      (threads, i) => `${threads} thread(s): mean ${median(means[i]).toFixed(2)} ms, median ${medians[i].toFixed(2)}`,
    );
    console.log(
      `${name}: ${shown.join('; ')}; ratio of means ${ratio.toFixed(2)}, of medians ${(medians[1] / medians[0]).toFixed(2)}`,
    );
  }
} finally {
  for (const loop of loops) loop.kill();
}

import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { thisProcess } from '../../src/io/runs/owner.js';
import { encodeEvent, type Histogram, type RunEvent } from '../../src/watch/log/event.js';
import { liveFolderOf } from '../../src/watch/log/live-folder.js';

const CLASSES = ['T-shirt', 'Trouser', 'Pullover', 'Dress', 'Coat', 'Sandal', 'Shirt', 'Sneaker', 'Bag', 'Ankle boot'];

/** Numbers that look random and are the same each time. */
function generator(seed: number): () => number {
  let state = seed * 2654435761;
  return () => {
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9) | 0;
    return ((state ^ (state >>> 12)) >>> 0) / 2 ** 32;
  };
}

export interface MadeRun {
  readonly name: string;
  readonly epochs: number;
  /** Epochs that are done. */
  readonly done: number;
  readonly rate: number;
  readonly seed: number;
  readonly stepsPerPoint?: number;
  readonly end?: 'finished' | 'stopped' | 'failed';
  /** Whether this process is taken for the one that trains. */
  readonly isRunning: boolean;
}

const STEPS = 313;

/** Events of a run as a training of LeNet-5 gives them, from formulas instead of a training. */
export function eventsOf(made: MadeRun): RunEvent[] {
  const { name, epochs, done, rate, seed, stepsPerPoint = 6, end } = made;
  const random = generator(seed);
  const noise = (size: number) => size * (random() + random() - 1);
  let at = Date.UTC(2026, 0, 31, 17, 45, 2);
  const loss = (place: number) => 0.28 + 1.9 * Math.exp(-place * 2.2 * (rate * 700)) + 0.35 * Math.exp(-place / 4);
  const accuracy = (place: number) =>
    0.925 - 0.75 * Math.exp(-place * 2.4 * (rate * 700)) - 0.08 * Math.exp(-place / 4);
  const learningRate = (place: number) => rate * 0.5 * (1 + Math.cos((Math.PI * place) / epochs));
  const events: RunEvent[] = [
    {
      kind: 'begin',
      id: `made${seed}`,
      at,
      continued: false,
      title: 'LeNet-5 on Fashion-MNIST',
      model: 'lenet5',
      parameters: 107_786,
      epochs,
      steps: STEPS,
      batchSize: 32,
      samples: 10_000,
      directions: { loss: 'min', accuracy: 'max' },
      settings: { Epochs: epochs, 'Batch size': 32, Seed: seed, Command: `npx nabla train lenet5 --epochs ${epochs}` },
      machine: { Processor: 'AMD EPYC, 2 cores', Memory: '24 GiB', Backend: 'wasm, relaxed, 2 threads' },
    },
    histogramsAt(0, 0, 'weights', random, at),
  ];
  for (let epoch = 0; epoch < Math.ceil(done); epoch++) {
    const last = Math.min(STEPS, Math.round((done - epoch) * STEPS));
    for (let step = stepsPerPoint; step <= last; step += stepsPerPoint) {
      at += 500;
      const place = epoch + step / STEPS;
      const logs = {
        loss: Math.max(0.02, loss(place) + noise(0.16)),
        accuracy: Math.min(1, accuracy(place) + noise(0.06)),
      };
      events.push({
        kind: 'point',
        at,
        epoch,
        step,
        logs,
        learningRate: learningRate(place),
        speed: 1900 + noise(260),
      });
    }
    if (last < STEPS) break;
    at += 2300;
    const place = epoch + 1;
    const held = {
      val_loss: loss(place) + 0.05 + 0.004 * place + noise(0.03),
      val_accuracy: accuracy(place) - 0.02 + noise(0.012),
    };
    const logs = { loss: loss(place), accuracy: accuracy(place), ...held };
    events.push({ kind: 'confusion', at, epoch, counts: countsOf(held.val_accuracy, random), classNames: CLASSES });
    events.push({ kind: 'epoch', at, epoch, logs, learningRate: learningRate(place), seconds: 28.4 + noise(1) });
    events.push(histogramsAt(epoch, STEPS, 'gradients', random, at), histogramsAt(epoch + 1, 0, 'weights', random, at));
    events.push({ kind: 'saved', at });
  }
  if (seed % 2 === 0) {
    events.push({
      kind: 'log',
      at,
      level: 'warning',
      text: `${name}: no space is left on the device (ENOSPC); the run continues`,
    });
  }
  if (end)
    events.push({ kind: 'end', at, how: end, ...(end === 'failed' && { reason: 'the loss is NaN in epoch 4' }) });
  return events;
}

/** Write a run into a folder. @returns the folder of the run */
export async function writeRun(parent: string, made: MadeRun): Promise<string> {
  const folder = join(parent, made.name);
  const live = liveFolderOf(folder);
  mkdirSync(live.path, { recursive: true });
  writeFileSync(live.events, '');
  appendFileSync(live.events, eventsOf(made).map(encodeEvent).join(''));
  if (made.isRunning) writeFileSync(live.owner, JSON.stringify(await thisProcess()));
  return folder;
}

function countsOf(accuracy: number, random: () => number): number[][] {
  return CLASSES.map((_, label) =>
    CLASSES.map((_, predicted) => {
      if (label === predicted) return Math.round(200 * accuracy * (0.94 + 0.1 * random()));
      const isAlike = [0, 2, 4, 6].includes(label) && [0, 2, 4, 6].includes(predicted);
      return Math.floor(200 * (1 - accuracy) * random() * (isAlike ? 0.45 : 0.1));
    }),
  );
}

const WEIGHTS = ['conv2d/kernel', 'conv2d/bias', 'conv2d_1/kernel', 'dense/kernel', 'dense_1/kernel', 'dense_2/kernel'];

function histogramsAt(
  epoch: number,
  step: number,
  of: 'weights' | 'gradients',
  random: () => number,
  at: number,
): RunEvent {
  const width = of === 'weights' ? 0.18 + 0.03 * Math.sqrt(epoch) : 0.02 / (1 + 0.4 * epoch);
  const histograms = WEIGHTS.map((name, index): Histogram => {
    const deviation = width * (0.6 + 0.2 * index);
    const counts = Array.from({ length: 40 }, (_, bucket) => {
      const z = ((bucket + 0.5) / 40 - 0.5) * 6;
      const height = of === 'weights' && epoch === 0 ? 1 : Math.exp(-(z * z) / 2);
      return Math.round(900 * height * (0.85 + 0.3 * random()));
    });
    return {
      name,
      min: -3 * deviation,
      max: 3 * deviation,
      counts,
      mean: 0.001,
      deviation,
      norm: deviation * 30,
      bad: 0,
    };
  });
  return { kind: 'histograms', at, epoch, step, of, histograms };
}

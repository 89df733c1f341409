import { setBackend } from '../../src/backends/registry.js';
import type { World } from '../../src/mpi/index.js';
import { setSeed, uniformValues } from '../../src/tensor/random.js';
import type { BatchProgress } from '../../src/training/progress.js';
import { zoo } from '../../src/zoo/index.js';
import { median } from '../measure.js';

/** A model to train, its global batch, and how long. */
interface Training {
  readonly batch: number;
  readonly image: readonly number[];
  readonly classes: number;
  /** Steps of an epoch, and epochs: the ones of warm-up are not timed. */
  readonly steps: number;
  readonly epochs: number;
  readonly warmUp: number;
}

export const TRAININGS: Readonly<Record<string, Training>> = {
  // Until V8 has compiled the step with its last compiler, that compiler's threads take part of the cores.
  lenet5: { batch: 256, image: [28, 28, 1], classes: 10, steps: 30, epochs: 9, warmUp: 4 },
  resnet50_signs: { batch: 32, image: [64, 64, 3], classes: 6, steps: 2, epochs: 5, warmUp: 2 },
  resnet50_keras: { batch: 8, image: [224, 224, 3], classes: 1000, steps: 1, epochs: 3, warmUp: 1 },
};

/** Trainings that are timed on two processes as well. */
export const PAIRED: readonly string[] = ['lenet5', 'resnet50_signs'];

/** Figures of a step on one process; times in milliseconds. */
export interface StepFigures {
  readonly ms: number;
  /** Waited until the other process had finished its backward pass as well. */
  readonly skew: number;
  /** Waited after that for sums of gradients: what the backward pass did not hide. */
  readonly waited: number;
  /** The same sums one after the other, while nothing else runs. */
  readonly sums: number;
  /** Bytes of all gradients. */
  readonly bytes: number;
  /** Samples of the global batch. */
  readonly samples: number;
  /** Largest resident memory of the process, in MiB. */
  readonly peak: number;
}

/**
 * Train a model on random samples and time its steps.
 * @param world the processes that share each batch; null for one
 */
export async function timeSteps(name: string, threads: number, world: World | null): Promise<StepFigures> {
  await setBackend('wasm', { threads });
  setSeed(1);
  const { batch, image, classes, steps, epochs, warmUp } = TRAININGS[name];
  const model = zoo[name]();
  model.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy' });
  const count = batch * steps;
  const pixels = image.reduce((product, size) => product * size, 1);
  const x = { values: uniformValues(count * pixels, 1), shape: [count, ...image] };
  const y = Int32Array.from({ length: count }, (_, index) => index % classes);
  const summed = world ? watchSums(world) : [];
  const times: number[] = [];
  let last: BatchProgress | null = null;
  await model.fit(x, y, {
    batchSize: batch,
    epochs,
    shuffle: false,
    distribute: world,
    progress: {
      batchEnd: (progress) => {
        last = progress;
      },
      // The time of the steps alone, without what follows an epoch.
      epochEnd: () => times.push((1000 * last!.seconds) / last!.step),
    },
  });
  const timed = summed.slice(warmUp * steps);
  return {
    // Process 0 alone reports its progress.
    ms: median(times.slice(warmUp)),
    skew: world
      ? largest(
          world,
          timed.map(({ skew }) => skew),
        )
      : 0,
    waited: world
      ? largest(
          world,
          timed.map(({ waited }) => waited),
        )
      : 0,
    sums: world ? sumsAlone(world, timed[0].lengths) : 0,
    bytes: model.trainableWeights.reduce((total, { variable }) => total + 4 * variable.size, 0),
    samples: batch,
    peak: process.resourceUsage().maxRSS / 1024,
  };
}

/** The sums of a step: elements of each, and what this process waited for them, in milliseconds. */
interface StepSums {
  readonly lengths: number[];
  skew: number;
  waited: number;
}

/** Watch the sums that a process starts. @returns those of each step, as steps go on */
function watchSums(world: World): readonly StepSums[] {
  const steps: StepSums[] = [];
  const start = world.startAllReduce.bind(world);
  let isWalking = false;
  world.startAllReduce = (values, operation) => {
    if (!isWalking) steps.push({ lengths: [], skew: 0, waited: 0 });
    isWalking = true;
    const step = steps.at(-1)!;
    step.lengths.push(values.length);
    const reduction = start(values, operation);
    const wait = () => {
      const began = performance.now();
      // After a barrier no process is behind: the rest is communication.
      if (isWalking) world.barrier();
      isWalking = false;
      const met = performance.now();
      reduction.wait();
      step.skew += met - began;
      step.waited += performance.now() - met;
    };
    return { test: () => reduction.test(), wait };
  };
  return steps;
}

/** The median over steps, of the process where it is largest. */
function largest(world: World, values: readonly number[]): number {
  const most = Float64Array.of(median(values));
  world.allReduce(most, 'max');
  return most[0];
}

/** Time the sums of a step one after the other. */
function sumsAlone(world: World, lengths: readonly number[]): number {
  const arrays = lengths.map((length) => new Float32Array(length));
  const rounds = Array.from({ length: 9 }, () => {
    world.barrier();
    const began = performance.now();
    for (const values of arrays) world.allReduce(values);
    return performance.now() - began;
  });
  return median(rounds);
}

import * as nb from 'nabla';
import { expect, note, report, setHidden } from './report.js';

/* How fast a page trains while it is hidden, and how many frames it draws while it trains. */

const MILLISECONDS = 1500;

const { model, x, y } = (() => {
  nb.setSeed(1);
  const x = nb.randomNormal([32, 28, 28, 1]);
  const y = nb.oneHot(nb.range(0, 32, 1, 'int32').mod(10).cast('int32'), 10);
  const model = nb.sequential({
    layers: [
      nb.layers.conv2d({ filters: 8, kernelSize: 5, activation: 'relu', inputShape: [28, 28, 1] }),
      nb.layers.maxPooling2d({ poolSize: 2 }),
      nb.layers.flatten(),
      nb.layers.dense({ units: 10, activation: 'softmax' }),
    ],
  });
  model.compile({ optimizer: 'adam', loss: 'categoricalCrossentropy' });
  return { model, x, y };
})();

/** Train for a while. @returns steps a second */
async function stepsPerSecond(): Promise<number> {
  const start = performance.now();
  let steps = 0;
  await model.fit(x, y, {
    epochs: 1e6,
    batchSize: 32,
    verbose: 0,
    callbacks: {
      onBatchEnd: () => {
        steps++;
        if (performance.now() - start > MILLISECONDS) model.stopTraining = true;
      },
    },
  });
  return (1000 * steps) / (performance.now() - start);
}

/** Frames that the page draws meanwhile. @returns frames a second */
async function framesPerSecond(work: () => Promise<unknown>): Promise<number> {
  let [frames, isOver] = [0, false];
  const count = () => {
    frames++;
    if (!isOver) requestAnimationFrame(count);
  };
  requestAnimationFrame(count);
  const start = performance.now();
  await work();
  isOver = true;
  return (1000 * frames) / (performance.now() - start);
}

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Turns of `setTimeout(0)` in a second: a browser holds them back in a hidden tab. */
async function timersPerSecond(): Promise<number> {
  let turns = 0;
  for (const start = performance.now(); performance.now() - start < 1000; turns++) await pause(0);
  return turns;
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

void report(async () => {
  await stepsPerSecond();
  const [visible, hidden]: [number[], number[]] = [[], []];
  const shareHidden = () => sum(hidden) / sum(visible);
  // Another process may take the cores for a while: a third and a fourth turn only where two were not enough.
  for (let turn = 0; turn < 2 || (turn < 4 && shareHidden() < 1 / 3); turn++) {
    visible.push(await stepsPerSecond());
    await setHidden(true);
    if (turn === 0) {
      expect('the tab is hidden', document.visibilityState === 'hidden', document.visibilityState);
      const timers = await timersPerSecond();
      expect('timers of the hidden tab are held back', timers <= 10, timers);
      const start = performance.now();
      await nb.nextFrame();
      expect('nextFrame returns in the hidden tab', performance.now() - start < 1000, performance.now() - start);
    }
    hidden.push(await stepsPerSecond());
    await setHidden(false);
  }
  const share = shareHidden();
  expect('the hidden tab trains at a third of its visible rate or more', share >= 1 / 3, { visible, hidden });

  let [idle, training] = [0, 0];
  for (let turn = 0; turn < 3 && (turn === 0 || training < idle / 3); turn++) {
    idle = await framesPerSecond(() => pause(MILLISECONDS));
    training = await framesPerSecond(stepsPerSecond);
  }
  expect('a page that trains draws a third of its frames or more', training >= idle / 3, { idle, training });
  const whole = (values: readonly number[]) => values.map((value) => value.toFixed(0)).join(', ');
  note(`steps a second: visible ${whole(visible)}, hidden ${whole(hidden)} (${share.toFixed(2)} of it)`);
  note(`frames a second: idle ${idle.toFixed(0)}, while training ${training.toFixed(0)}`);
});

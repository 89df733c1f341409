import { expect, test } from 'vitest';
import * as tf from '../../../src/index.js';
import { checkSaved, expectFalling, NEEDS_TFJS } from './check-saved.js';

const CHARACTERS = '0123456789+ ';
const QUESTION = 3;
const ANSWER = 2;

/** One character a row, as one-hot vectors. */
function encode(strings: readonly string[], rows: number): tf.Tensor3D {
  const buffer = tf.buffer([strings.length, rows, CHARACTERS.length]);
  for (const [i, text] of strings.entries()) {
    for (const [row, character] of [...text].entries()) buffer.set(1, i, row, CHARACTERS.indexOf(character));
  }
  return buffer.toTensor().as3D(strings.length, rows, CHARACTERS.length);
}

function decode(scores: tf.Tensor): string {
  return tf.tidy(() =>
    Array.from(scores.argMax(1).dataSync())
      .map((index) => CHARACTERS[Number(index)])
      .join(''),
  );
}

/** All sums of two digits. */
function sums(): { questions: string[]; answers: string[] } {
  const pairs = Array.from({ length: 100 }, (_, i) => [Math.floor(i / 10), i % 10]);
  return {
    questions: pairs.map(([a, b]) => `${a}+${b}`),
    answers: pairs.map(([a, b]) => String(a + b).padEnd(ANSWER)),
  };
}

test.for(['simpleRNN', 'gru', 'lstm'] as const)(
  `addition-rnn: %s reads a question and writes the answer (${NEEDS_TFJS})`,
  async (kind) => {
    tf.setSeed(10);
    // Keras's default of a GRU, resetAfter, is a form that tfjs cannot load.
    const form = kind === 'gru' ? { resetAfter: false } : {};
    const recurrent = { units: 24, recurrentInitializer: 'glorotNormal', ...form } as const;
    const model = tf.sequential();
    model.add(tf.layers[kind]({ ...recurrent, inputShape: [QUESTION, CHARACTERS.length] }));
    model.add(tf.layers.repeatVector({ n: ANSWER }));
    model.add(tf.layers[kind]({ ...recurrent, returnSequences: true }));
    model.add(tf.layers.timeDistributed({ layer: tf.layers.dense({ units: CHARACTERS.length }) }));
    model.add(tf.layers.activation({ activation: 'softmax' }));
    model.compile({ loss: 'categoricalCrossentropy', optimizer: 'adam', metrics: ['accuracy'] });
    const { questions, answers } = sums();
    const xs = encode(questions, QUESTION);
    const ys = encode(answers, ANSWER);
    const held = 10;
    const [trainXs, testXs] = tf.split(xs, [100 - held, held]);
    const [trainYs, testYs] = tf.split(ys, [100 - held, held]);
    const losses: number[] = [];
    for (let iteration = 0; iteration < 5; iteration++) {
      const { history } = await model.fit(trainXs, trainYs, {
        epochs: 1,
        batchSize: 16,
        validationData: [testXs, testYs],
        yieldEvery: 'epoch',
      });
      losses.push(history.loss[0] as number);
      expect(Object.keys(history).sort()).toEqual(['accuracy', 'loss', 'val_accuracy', 'val_loss']);
    }
    expectFalling(losses);
    const decoded = tf.tidy(() => {
      const shown = testXs.slice([0, 0, 0], [2, QUESTION, CHARACTERS.length]);
      const output = model.predict(shown) as tf.Tensor;
      const [, rows, characters] = output.shape;
      return [0, 1].map((k) => decode(output.slice([k, 0, 0], [1, rows, characters]).as2D(rows, characters)));
    });
    expect(decoded.map((text) => text.length)).toEqual([ANSWER, ANSWER]);
    await checkSaved(model, [2, QUESTION, CHARACTERS.length]);
  },
);

import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { losses, metrics, optimizers } from '../../src/index.js';

test.each<[string, unknown, string]>([
  [
    'an optimizer',
    optimizers.sgd({ learningRate: 0.1, momentum: 0.9 }),
    'SGD { learningRate: 0.1, decay: 0, momentum: 0.9, nesterov: false, iterations: 0 }',
  ],
  [
    'a schedule',
    optimizers.cosineDecay({ initialLearningRate: 0.1, decaySteps: 100 }),
    'CosineDecay { initialLearningRate: 0.1, decaySteps: 100, alpha: 0, warmupTarget: null, warmupSteps: 0 }',
  ],
  ['a metric', metrics.metric('mae'), "MeanAbsoluteError { name: 'mae', result: 0 }"],
  [
    'a metric with options',
    new metrics.Precision({ thresholds: 0.3 }),
    "Precision { name: 'precision', thresholds: 0.3, topK: null, classId: null, result: 0 }",
  ],
  [
    'a custom metric',
    new metrics.MeanMetric('largest', (_, yPred) => yPred.max()),
    "MeanMetric { name: 'largest', result: 0 }",
  ],
  ['a loss', losses.loss('huber', { delta: 2 }), "Loss huber { delta: 2, reduction: 'sum_over_batch_size' }"],
])('console.log of %s prints its options', (_, value, expected) => {
  expect(inspect(value, { breakLength: Number.POSITIVE_INFINITY })).toBe(expected);
});

test('an optimizer prints its schedule', () => {
  const learningRate = optimizers.exponentialDecay({ initialLearningRate: 1, decaySteps: 2, decayRate: 0.5 });
  expect(inspect(optimizers.adam(learningRate))).toMatch(/^Adam {\s+learningRate: ExponentialDecay {/);
});

import type { TrainTestImages } from '../../images/image-set.js';
import { takeRows } from '../../images/select.js';
import type { Model } from '../../models/model.js';
import { summaryLines } from '../../models/summary.js';
import type { HistoryValues } from '../../plots/charts/curves.js';
import { dispose } from '../../tensor/scope.js';
import type { Samples } from '../../training/samples/samples.js';
import { machineFacts } from '../machine-facts.js';
import { mainOutput } from '../model-images.js';
import { samplesOf } from '../recipes/experiment-data.js';
import type { Experiment } from '../recipes/experiments.js';
import type { RunSettings } from '../recipes/run-settings.js';
import { version } from '../version.js';
import type { RunFolder } from './run-folder.js';

export interface FinishedRun {
  readonly model: Model;
  readonly experiment: Experiment;
  readonly sets: TrainTestImages;
  readonly settings: RunSettings;
  readonly history: HistoryValues;
  /** Of training and validation, in all processes that the run took. */
  readonly seconds: number;
}

/** Images of the grid of predictions. */
const SHOWN = 50;

/** Predict the test images and write `report.html`. @returns its path */
export async function writeReport(
  folder: RunFolder,
  { model, experiment, sets, settings, history, seconds }: FinishedRun,
): Promise<string> {
  // The charting library takes longer to load than LeNet-5 to take its first step.
  const { argMaxRows, buildReport, confusionCounts } = await import('../../plots/index.js');
  const { test, train, classNames } = sets;
  const scores = await classScores(model, samplesOf(test, experiment, settings), settings.batch, classNames.length);
  const labels = test.labels.data;
  const predicted = argMaxRows(scores, classNames.length);
  const shown = takeRows(test, spread(test.images.shape[0], SHOWN));
  const imagesASecond = (train.images.shape[0] * settings.epochs) / seconds;
  const report = buildReport({
    title: experiment.title,
    subtitle: new Date().toLocaleDateString('en-GB', { dateStyle: 'long' }),
    history,
    confusion: { counts: confusionCounts(labels, predicted, classNames.length), classNames },
    scores: { labels, scores, classNames },
    predictions: {
      images: shown.images,
      labels: shown.labels.data,
      predicted: spread(test.images.shape[0], SHOWN).map((row) => predicted[row]),
      classNames,
    },
    summaryText: summaryLines(model).join('\n'),
    machine: machineFacts(),
    settings: {
      Epochs: settings.epochs,
      'Batch size': settings.batch,
      Optimizer: `${model.optimizer.className}, learning rate ${formatRate(model.optimizer.learningRate)}`,
      Seed: settings.seed,
      'Training images': train.images.shape[0],
      'Test images': test.images.shape[0],
      'Size of the images': model.inputShape.slice(1).join('×'),
      'Images a second': `${imagesASecond.toFixed(0)}, validation included`,
    },
    footer: `nabla ${version()}`,
  });
  return folder.writeFile('report.html', report);
}

/** As it was in the last epoch, without the tail that float32 adds. */
const formatRate = (rate: number) => Number(rate.toPrecision(4));

/**
 * The main output's scores of the set's classes, [count, classes]. A model may tell more classes than the set has, as
 * ImageNet's thousand outputs trained on five kinds of flowers: those beyond are left out.
 */
async function classScores(model: Model, samples: Samples, batchSize: number, classes: number): Promise<Float32Array> {
  const outputs = model.predict(samples, { batchSize });
  const main = mainOutput(outputs);
  const [count, width] = main.shape;
  const values = await main.data();
  dispose(outputs);
  const scores = new Float32Array(count * classes);
  for (let row = 0; row < count; row++) {
    for (let i = 0; i < classes; i++) scores[row * classes + i] = values[row * width + i];
  }
  return scores;
}

/** `count` rows evenly spread over `total`, so that every class of a sorted set is seen. */
function spread(total: number, count: number): number[] {
  const shown = Math.min(total, count);
  return Array.from({ length: shown }, (_, i) => Math.floor((i * total) / shown));
}

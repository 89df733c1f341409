import { join } from 'node:path';
import type { ImageSet } from '../data/image-set.js';
import { takeRows } from '../data/select.js';
import { writeAtomically } from '../io/atomic-write.js';
import type { Model } from '../models/model.js';
import { summaryLines } from '../models/summary.js';
import type { HistoryValues } from '../plots/curves.js';
import type { Tensor } from '../tensor/tensor.js';
import { machineFacts } from './machine.js';
import type { RunSettings } from './run-folder.js';
import { version } from './version.js';

export interface FinishedRun {
  readonly model: Model;
  readonly sets: { readonly train: ImageSet; readonly test: ImageSet; readonly classNames: readonly string[] };
  readonly settings: RunSettings;
  readonly history: HistoryValues;
  readonly seconds: number;
}

/** Images of the grid of predictions. */
const SHOWN = 50;

/** Predicts the test images and writes `report.html`. @returns its path */
export async function writeReport(
  folder: string,
  { model, sets, settings, history, seconds }: FinishedRun,
): Promise<string> {
  // The charting library takes longer to load than LeNet-5 to take its first step.
  const { argMaxRows, buildReport, confusionCounts } = await import('../plots/index.js');
  const { test, train, classNames } = sets;
  const predictions = model.predict(
    { values: test.images.data, shape: test.images.shape, scale: 1 / 255 },
    { batchSize: 256 },
  ) as Tensor;
  const scores = await predictions.data();
  predictions.dispose();
  const labels = test.labels.data;
  const predicted = argMaxRows(scores, classNames.length);
  const shown = takeRows(test, spread(test.images.shape[0], SHOWN));
  const imagesASecond = (train.images.shape[0] * settings.epochs) / seconds;
  const report = buildReport({
    title: 'LeNet-5 on Fashion-MNIST',
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
      Optimizer: 'adam, learning rate 0.001',
      Seed: settings.seed,
      'Training images': train.images.shape[0],
      'Test images': test.images.shape[0],
      'Images a second': `${imagesASecond.toFixed(0)}, validation included`,
    },
    footer: `nabla ${version()}`,
  });
  const path = join(folder, 'report.html');
  await writeAtomically(path, report);
  return path;
}

/** `count` rows evenly spread over `total`, so that every class of a sorted set is seen. */
function spread(total: number, count: number): number[] {
  const shown = Math.min(total, count);
  return Array.from({ length: shown }, (_, i) => Math.floor((i * total) / shown));
}

import { topLosses } from '../../interpret/top-losses.js';
import type { Model } from '../../models/model.js';
import type { HistoryValues } from '../../plots/charts/curves.js';
import { machineFacts } from '../machine-facts.js';
import type { TrainingPlan } from '../recipes/experiments.js';
import { type RunData, scoresOf } from '../recipes/run-data.js';
import type { RunSettings } from '../recipes/run-settings.js';
import { version } from '../version.js';
import { ATTENTIVE, attentionOf } from './attention.js';
import { findingsOf } from './findings.js';
import type { Processes } from './processes.js';
import type { RunFolder } from './run-folder.js';

export interface FinishedRun {
  readonly model: Model;
  readonly plan: TrainingPlan;
  readonly data: RunData;
  readonly settings: RunSettings;
  readonly history: HistoryValues;
  /** Seconds of training and validation, in all parts of an interrupted run. */
  readonly seconds: number;
  readonly processes: Processes;
}

/** Number of images in the grid of predictions. */
const SHOWN = 50;
/** Number of images in the grid of mistakes. */
const SHOWN_MISTAKES = 20;

/** Predict the test images and write `report.html`. @returns its path */
export async function writeReport(
  folder: RunFolder,
  { model, plan, data, settings, history, seconds, processes }: FinishedRun,
): Promise<string> {
  // Loaded lazily: loading the charting library takes longer than LeNet-5's first step.
  const { argMaxRows, buildReport, confusionCounts } = await import('../../plots/index.js');
  const { test, train, classNames } = data;
  const { scores, labels, rows } = await scoresOf(model, test, settings.batch, classNames.length);
  const predicted = argMaxRows(scores, classNames.length);
  const positions = spread(rows.length, SHOWN);
  const shown = await test.pick(positions.map((position) => rows[position]));
  const worst = topLosses({ data: scores, shape: [rows.length, classNames.length] }, labels, { count: SHOWN_MISTAKES });
  const wrong = await test.pick(worst.map(({ index }) => rows[index]));
  // Mistakes first: where the model looked explains some of them.
  const attentive = new Set([...worst.map(({ index }) => index), ...positions].map((position) => rows[position]));
  const epochs = Math.max(...Object.values(history).map(({ length }) => length));
  const described = processes.describe();
  const imagesASecond = (train.shape[0] * epochs) / seconds;
  const report = buildReport({
    title: plan.title,
    subtitle: new Date().toLocaleDateString('en-GB', { dateStyle: 'long' }),
    history,
    confusion: { counts: confusionCounts(labels, predicted, classNames.length), classNames },
    scores: { labels, scores, classNames },
    predictions: {
      images: shown.images,
      labels: shown.labels.data,
      predicted: positions.map((position) => predicted[position]),
      classNames,
    },
    mistakes: {
      images: wrong.images,
      labels: wrong.labels.data,
      predicted: worst.map((each) => each.predicted),
      classNames,
    },
    findings: findingsOf(model, history, Math.ceil(train.shape[0] / settings.batch), data.skipped.length),
    attention: attentionOf(model, await test.pick([...attentive].slice(0, ATTENTIVE)), classNames),
    model,
    machine: { ...machineFacts(), ...(described && { Processes: described }) },
    settings: {
      Epochs: settings.epochs,
      'Batch size': settings.batch,
      Optimizer: `${model.optimizer.className}, learning rate ${formatRate(model.optimizer.learningRate)}`,
      Seed: settings.seed,
      'Training images': train.shape[0],
      'Test images': test.shape[0],
      'Image size': model.inputShape.slice(1).join('×'),
      'Images per second': `${imagesASecond.toFixed(0)}, including validation`,
    },
    footer: `nabla ${version()}`,
  });
  return folder.writeFile('report.html', report);
}

/** Format the last rate, without the digits that float32 adds. */
const formatRate = (rate: number) => Number(rate.toPrecision(4));

/** Choose `count` rows evenly spread over `total`, so that every class of a sorted set appears. */
function spread(total: number, count: number): number[] {
  const shown = Math.min(total, count);
  return Array.from({ length: shown }, (_, i) => Math.floor((i * total) / shown));
}

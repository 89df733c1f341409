import { accept, type Given, listOf, readOptions, string } from '../../base/options.js';
import { isPlainObject } from '../../base/show.js';
import type { Model } from '../../models/model.js';
import { summaryLines } from '../../models/summary.js';
import { confusionMatrix } from '../charts/confusion-matrix.js';
import { type HistoryValues, learningCurves, metricNames, referenceRun } from '../charts/curves.js';
import { imageOverlay, type MappedImages } from '../charts/image-overlay.js';
import type { Predictions } from '../charts/prediction-grid.js';
import { rocCurves } from '../charts/roc.js';
import { escapeText } from '../charts/svg.js';
import { plotModel } from '../model/model-graph.js';
import { pictureGrid } from './picture-grid.js';
import {
  classTable,
  type Figure,
  folded,
  headlineFigures,
  lastFigures,
  mistakesTable,
  section,
  type Values,
  valuesTable,
} from './report-parts.js';
import { REPORT_STYLE } from './report-style.js';

/** `counts[true][predicted]`, and a name for each class. */
interface Confusion {
  counts: readonly (readonly number[])[];
  classNames: readonly string[];
}

/** Probabilities, [count, classes], with the true classes. */
interface Scores {
  labels: ArrayLike<number>;
  scores: ArrayLike<number>;
  classNames: readonly string[];
}

/** An object with these properties. */
const having = <Value>(...names: (keyof Value & string)[]) =>
  accept<Value>(`{ ${names.join(', ')} }`, (value) => isPlainObject(value) && names.every((name) => name in value));

const table = () => accept<Values>('an object of names with values', isPlainObject);

const PARTS = {
  /** The title: the model, and the data that it was trained on. */
  title: string(),
  /** A line below the title, such as the date and the task. */
  subtitle: string().optional(),
  /** Numbers at the top, the first in the accent colour; default the last values of the history. */
  figures: listOf(having<Figure>('label', 'value')).optional(),
  /** One number per epoch for each metric. */
  history: accept<HistoryValues>('an object of metrics, each a list of numbers', isPlainObject),
  /** Another run, drawn dashed. */
  reference: referenceRun().optional(),
  confusion: having<Confusion>('counts', 'classNames').optional(),
  /** Data of the ROC curves. */
  scores: having<Scores>('labels', 'scores', 'classNames').optional(),
  predictions: having<Predictions>('images', 'predicted', 'labels', 'classNames').optional(),
  /** Misclassified images, most confident first. */
  mistakes: having<Predictions>('images', 'predicted', 'labels', 'classNames').optional(),
  /** Findings: symptoms, their likely causes and remedies. */
  findings: listOf(string()).optional(),
  /** Pictures with maps of where the model looks, as `imageOverlay` takes them. */
  attention: having<MappedImages>('images', 'maps', 'titles').optional(),
  /** The model, drawn with its blocks folded. */
  model: accept<Model>(
    'a model',
    (value) => typeof value === 'object' && value !== null && 'layers' in value,
  ).optional(),
  /** The model's summary, as `summary()` prints it; default the model's, where it is given. */
  summaryText: string().optional(),
  machine: table().optional(),
  settings: table().optional(),
  /** The last line, such as the program that wrote the report. */
  footer: string().optional(),
};

/** The parts of a report; parts that are not given leave no gap. */
export type ReportInput = Given<typeof PARTS>;

/** Allow only the contents of the page itself: no scripts, no requests. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:";

/**
 * Build a self-contained HTML page about a training run: no scripts, no requests, in light and dark, for print
 * and phones. All text is escaped. The same input gives the same bytes.
 * @returns the page's source
 * @throws ValueError when a part is unknown or wrong @throws ShapeError when counts or predictions do not fit together
 * @example writeFileSync('report.html', buildReport({ title: 'LeNet-5 on Fashion-MNIST', history: history.history }))
 */
export function buildReport(parts: ReportInput): string {
  const input = readOptions('buildReport', PARTS, parts);
  const title = escapeText(input.title);
  const subtitle = input.subtitle ? `<p class="subtitle">${escapeText(input.subtitle)}</p>` : '';
  const body = [
    `<header><h1>${title}</h1>${subtitle}${headlineFigures(input.figures ?? lastFigures(input.history))}</header>`,
    findings(input),
    curves(input),
    confusion(input),
    predictions(input),
    mistakes(input),
    attention(input),
    roc(input),
    model(input),
    circumstances(input),
    input.footer ? `<footer>${escapeText(input.footer)}</footer>` : '',
  ];
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<style>${REPORT_STYLE}</style>
</head>
<body>
<main>
${body.filter(Boolean).join('\n')}
</main>
</body>
</html>
`;
}

function curves({ history, reference }: ReportInput): string {
  const metrics = metricNames(history).filter((metric) => history[metric].length > 0);
  if (metrics.length === 0) return '';
  const panels = metrics.map((metric) => {
    const svg = learningCurves(history, { metrics: [metric], reference, theme: 'page' });
    return `<div class="panel">${svg}</div>`;
  });
  return section('Learning curves', `<div class="panels">${panels.join('')}</div>`);
}

function confusion({ confusion: given }: ReportInput): string {
  if (!given) return '';
  const { counts, classNames } = given;
  const matrix = `<figure class="matrix">${confusionMatrix(counts, classNames, { theme: 'page' })}</figure>`;
  const mistakes = mistakesTable(counts, classNames);
  // A matrix of many classes needs the full width of the page.
  const layout = classNames.length > 20 ? 'stacked' : 'beside';
  return (
    section('Confusion matrix', `<div class="${layout}">${matrix}${mistakes}</div>`) +
    section('Classes', classTable(counts, classNames))
  );
}

function predictions({ predictions: given }: ReportInput): string {
  if (!given || given.predicted.length === 0) return '';
  const note =
    '<p class="note"><span class="right">Blue</span>: right. <span class="wrong">Red</span>: wrong, with the true class below.</p>';
  return section('Predictions', note + pictureGrid(given));
}

function mistakes({ mistakes: given }: ReportInput): string {
  if (!given || given.predicted.length === 0) return '';
  const note = '<p class="note">Wrong predictions with the highest probability; wrong labels are often among them.</p>';
  return section('Most confident mistakes', note + pictureGrid(given));
}

function findings({ findings: given }: ReportInput): string {
  if (!given || given.length === 0) return '';
  return section('Findings', `<ul>${given.map((each) => `<li>${escapeText(each)}</li>`).join('')}</ul>`);
}

function roc({ scores: given }: ReportInput): string {
  if (!given) return '';
  const svg = rocCurves(given.labels, given.scores, given.classNames, { theme: 'page' });
  const note = '<p class="note">Each class against the rest, with the area under its curve; hardest first.</p>';
  return section('ROC curves', `${note}<figure class="scroll">${svg}</figure>`);
}

function attention({ attention: given }: ReportInput): string {
  if (!given || given.titles.length === 0) return '';
  const note =
    '<p class="note">Grad-CAM: the lighter a region, the more it speaks for the class that the model takes the picture for.</p>';
  return section(
    'Where the model looks',
    `${note}<figure class="scroll">${imageOverlay(given, { theme: 'page', side: 160, columns: 5 })}</figure>`,
  );
}

function model({ model: given, summaryText }: ReportInput): string {
  const lines = summaryText ?? (given && summaryLines(given).join('\n'));
  if (lines === undefined) return '';
  const table = `<pre tabindex="0">${escapeText(lines)}</pre>`;
  if (!given) return section('Model', table);
  const picture = `<figure class="scroll">${plotModel(given, { fold: true, theme: 'page' })}</figure>`;
  return section('Model', picture + folded('Table of the layers', table));
}

function circumstances({ settings, machine }: ReportInput): string {
  const tables = [
    settings ? section('Settings', valuesTable(settings)) : '',
    machine ? section('Machine', valuesTable(machine)) : '',
  ];
  return tables.some(Boolean) ? `<div class="columns">${tables.join('')}</div>` : '';
}

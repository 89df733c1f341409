import { confusionMatrix } from '../charts/confusion-matrix.js';
import { type HistoryValues, learningCurves, metricNames } from '../charts/curves.js';
import { type Predictions, predictionGrid } from '../charts/prediction-grid.js';
import { rocCurves } from '../charts/roc.js';
import { escapeText } from '../charts/svg.js';
import {
  classTable,
  type Figure,
  headlineFigures,
  lastFigures,
  mistakesTable,
  section,
  type Values,
  valuesTable,
} from './report-parts.js';
import { REPORT_STYLE } from './report-style.js';

/** What a report tells. Whatever is left out leaves no gap. */
export interface ReportInput {
  /** The model, and what it was trained on. */
  title: string;
  /** One line below the title: the date, the task. */
  subtitle?: string;
  /** Numbers at the head, the first in the accent; the history's last values when left out. */
  figures?: readonly Figure[];
  /** One number an epoch for each metric. */
  history: HistoryValues;
  /** Another run, drawn dashed beside this one's curves. */
  reference?: { name: string; history: HistoryValues };
  /** counts[true][predicted], and a name for each class. */
  confusion?: { counts: readonly (readonly number[])[]; classNames: readonly string[] };
  /** Probabilities, [count, classes], with the true classes: they give the ROC curves. */
  scores?: { labels: ArrayLike<number>; scores: ArrayLike<number>; classNames: readonly string[] };
  predictions?: Predictions;
  /** The model's summary, as `summary()` prints it. */
  summaryText?: string;
  machine?: Values;
  settings?: Values;
  /** Last line: what wrote the report. */
  footer?: string;
}

/** Nothing but what is in the page itself may be used: no script, no request. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:";

/**
 * One self-contained HTML page about a training run: no script, no request to anywhere, light and dark, fit for paper and phone.
 * Every text is escaped. The same input gives the same bytes.
 * @returns the page's source
 * @throws ShapeError or ValueError when curves, counts or predictions do not fit together
 * @example writeFileSync('report.html', buildReport({ title: 'LeNet-5 on Fashion-MNIST', history: history.history }))
 */
export function buildReport(input: ReportInput): string {
  const title = escapeText(input.title);
  const subtitle = input.subtitle ? `<p class="subtitle">${escapeText(input.subtitle)}</p>` : '';
  const body = [
    `<header><h1>${title}</h1>${subtitle}${headlineFigures(input.figures ?? lastFigures(input.history))}</header>`,
    curves(input),
    confusion(input),
    predictions(input),
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
  // A matrix of many classes needs the page's whole width.
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
  return section('Predictions', `${note}<figure class="grid">${predictionGrid(given, { theme: 'page' })}</figure>`);
}

function roc({ scores: given }: ReportInput): string {
  if (!given) return '';
  const svg = rocCurves(given.labels, given.scores, given.classNames, { theme: 'page' });
  const note = '<p class="note">Each class against the rest, with the area under its curve; hardest first.</p>';
  return section('ROC curves', `${note}<figure>${svg}</figure>`);
}

function model({ summaryText }: ReportInput): string {
  return summaryText ? section('Model', `<pre tabindex="0">${escapeText(summaryText)}</pre>`) : '';
}

function circumstances({ settings, machine }: ReportInput): string {
  const tables = [
    settings ? section('Settings', valuesTable(settings)) : '',
    machine ? section('Machine', valuesTable(machine)) : '',
  ];
  return tables.some(Boolean) ? `<div class="columns">${tables.join('')}</div>` : '';
}

import type { HistoryValues } from '../charts/curves.js';
import { formatValue } from '../charts/format-value.js';
import { classScores } from '../charts/statistics.js';
import { escapeText } from '../charts/svg.js';

/** A number at the top of the report. */
export interface Figure {
  label: string;
  value: string;
  /** A short note below it, such as a number to compare with. */
  note?: string;
}

/** Names with values, shown as a table of two columns. */
export type Values = Readonly<Record<string, string | number | boolean | null | undefined>>;

/** Maximum number of rows in the table of mistakes. */
const MOST_MISTAKES = 10;

/** A part of the page under a heading; `content` is markup. */
export function section(heading: string, content: string): string {
  return `<section><h2>${escapeText(heading)}</h2>${content}</section>`;
}

/** Names of metrics that are fractions between 0 and 1. */
const SHARE_NAME = /acc|precision|recall|auc|f1/i;

/** Figures at the top when none are given. */
const MOST_FIGURES = 4;

/** Return the last values of a history, those of the validation set if it has one; fractions come first. */
export function lastFigures(history: HistoryValues): Figure[] {
  const names = Object.keys(history).filter((name) => history[name].length > 0);
  const validation = names.filter((name) => name.startsWith('val_'));
  const shown = validation.length > 0 ? validation : names;
  const ordered = [
    ...shown.filter((name) => SHARE_NAME.test(name)),
    ...shown.filter((name) => !SHARE_NAME.test(name)),
  ].slice(0, MOST_FIGURES);
  const epochs = Math.max(0, ...names.map((name) => history[name].length));
  const metrics = ordered.map((name) => {
    const value = history[name].at(-1) ?? Number.NaN;
    const isShare = SHARE_NAME.test(name) && value >= 0 && value <= 1;
    const label = name.replace(/^val_/, 'validation ').replaceAll('_', ' ');
    return { label, value: isShare ? percent(value, 2) : formatValue(value) };
  });
  return [...metrics, { label: epochs === 1 ? 'epoch' : 'epochs', value: String(epochs) }];
}

/** Render the row of large numbers below the title. */
export function headlineFigures(all: readonly Figure[]): string {
  const items = all.map(({ label, value, note }) => {
    const below = note ? `<span class="note">${escapeText(note)}</span>` : '';
    return `<div><dt>${escapeText(label)}</dt><dd>${escapeText(value)}${below}</dd></div>`;
  });
  return items.length > 0 ? `<dl class="figures">${items.join('')}</dl>` : '';
}

/** List the pairs of classes that are confused most often. */
export function mistakesTable(counts: readonly (readonly number[])[], classNames: readonly string[]): string {
  const pairs = counts.flatMap((row, label) => {
    const total = row.reduce((sum, count) => sum + count, 0);
    return row.map((count, predicted) => ({ label, predicted, count, share: count / total }));
  });
  const mistakes = pairs.filter(({ label, predicted, count }) => label !== predicted && count > 0);
  if (mistakes.length === 0) return '<p class="note">No mistakes.</p>';
  const most = mistakes.sort((a, b) => b.count - a.count).slice(0, MOST_MISTAKES);
  const rows = most.map(
    ({ label, predicted, count, share }) =>
      `<tr><td>${escapeText(classNames[label])}</td><td class="wrong">${escapeText(classNames[predicted])}</td>` +
      `<td class="number">${count}</td><td class="number muted">${percent(share)}</td></tr>`,
  );
  return (
    '<table class="mistakes"><caption>Most frequent mistakes</caption><thead><tr><th>class</th><th>predicted as</th>' +
    `<th class="number">count</th><th class="number">rate</th></tr></thead><tbody>${rows.join('')}</tbody></table>`
  );
}

/** More classes than these are listed by their F1, the worst first; the rest are folded away. */
const LISTED = 20;

/**
 * Precision, recall and F1 of each class, with bars, and their means over the classes that occur.
 */
export function classTable(counts: readonly (readonly number[])[], classNames: readonly string[]): string {
  const scores = classScores(counts);
  const order = scores.map((_, label) => label);
  const isLong = order.length > LISTED;
  const f1Of = (label: number): number =>
    scores[label].support > 0 ? scores[label].f1 || 0 : Number.POSITIVE_INFINITY;
  // Infinities differ by NaN.
  if (isLong) order.sort((a, b) => f1Of(a) - f1Of(b) || 0);
  const rows = order.map((label) => {
    const { precision, recall, f1, support } = scores[label];
    return `<tr><td>${escapeText(classNames[label])}</td>${bar(precision)}${bar(recall)}${bar(f1)}<td class="number">${support}</td></tr>`;
  });
  // A class that was never predicted has no precision. The mean counts it as 0, as scikit-learn does; otherwise a model
  // that always predicts one class would look precise.
  const present = scores.filter((score) => score.support > 0);
  const mean = (pick: (score: (typeof scores)[number]) => number) =>
    present.reduce((sum, score) => sum + (pick(score) || 0), 0) / present.length;
  const support = scores.reduce((sum, score) => sum + score.support, 0);
  const means = [mean((score) => score.precision), mean((score) => score.recall), mean((score) => score.f1)];
  const last = `<tr><td>mean</td>${means.map(bar).join('')}<td class="number">${support}</td></tr>`;
  const tableOf = (body: readonly string[], foot: string): string =>
    '<div class="scroll"><table class="classes"><thead><tr><th>class</th><th>precision</th><th>recall</th><th>F1</th>' +
    `<th class="number">images</th></tr></thead><tbody>${body.join('')}</tbody><tfoot>${foot}</tfoot></table></div>`;
  if (!isLong) return tableOf(rows, last);
  const [worst, others] = [rows.slice(0, LISTED), rows.slice(LISTED)];
  return `<p class="note">Smallest F1 first.</p>${tableOf(worst, last)}${folded(`The other ${others.length} classes`, tableOf(others, ''))}`;
}

/** A part of a section that is closed until its title is clicked. */
export function folded(title: string, content: string): string {
  return `<details><summary>${escapeText(title)}</summary>${content}</details>`;
}

/** A table of names and values. */
export function valuesTable(values: Values): string {
  const rows = Object.entries(values)
    .filter(([, value]) => value !== undefined && value !== null)
    .map(([name, value]) => `<tr><th scope="row">${escapeText(name)}</th><td>${escapeText(value)}</td></tr>`);
  return `<table class="values"><tbody>${rows.join('')}</tbody></table>`;
}

function bar(share: number): string {
  if (Number.isNaN(share)) return '<td class="share muted">–</td>';
  const width = `calc((100% - var(--gap))*${share.toFixed(3)})`;
  return `<td class="share"><span class="bar" style="width:${width}"></span><span class="value">${percent(share)}</span></td>`;
}

function percent(share: number, digits = 1): string {
  return Number.isNaN(share) ? '–' : `${(share * 100).toFixed(digits)}%`;
}

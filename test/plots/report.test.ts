import ndarray from 'ndarray';
import { describe, expect, test } from 'vitest';
import '../../src/backends/default.js';
import { clearSession } from '../../src/layers/base/naming.js';
import * as layers from '../../src/layers/index.js';
import { sequential } from '../../src/models/sequential.js';
import { buildReport, confusionCounts, type ReportInput } from '../../src/plots/index.js';
import { parseXml } from './xml.js';

const NASTY = '<img src=x onerror="alert(1)">';
const classNames = ['cat', NASTY];
const labels = [0, 1, 1, 0];
const predicted = [0, 1, 0, 0];
const input: ReportInput = {
  title: `Report ${NASTY}`,
  subtitle: NASTY,
  history: { loss: [0.9, 0.5], val_loss: [0.8, 0.6], [NASTY]: [1, 2] },
  reference: { name: NASTY, history: { loss: [1, 0.4] } },
  confusion: { counts: confusionCounts(labels, predicted, 2), classNames },
  scores: { labels, scores: [0.9, 0.1, 0.2, 0.8, 0.6, 0.4, 0.7, 0.3], classNames },
  predictions: { images: ndarray(new Uint8Array(4 * 9).fill(99), [4, 3, 3, 1]), predicted, labels, classNames },
  summaryText: `Layer ${NASTY}`,
  machine: { processor: NASTY, memory: undefined },
  settings: { batch: 32, shuffle: false, [NASTY]: 'x' },
  footer: NASTY,
};
const html = buildReport(input);
const headings = (page: string) => [...page.matchAll(/<h2>(.*?)<\/h2>/g)].map(([, heading]) => heading);

describe('buildReport', () => {
  test('has every part that it was given', () => {
    const expected = [
      'Learning curves',
      'Confusion matrix',
      'Classes',
      'Predictions',
      'ROC curves',
      'Model',
      'Settings',
      'Machine',
    ];
    expect(headings(html)).toEqual(expected);
    expect(html.match(/<svg /g)).toHaveLength(4);
    expect(html).toContain('<th scope="row">shuffle</th><td>false</td>');
    expect(html).not.toContain('memory');
  });

  test('draws a bar as long as its share', () => {
    const bars = [
      ...html.matchAll(
        /class="bar" style="width:calc\(\(100% - var\(--gap\)\)\*([\d.]+)\)"><\/span><span class="value">([\d.]+)%/g,
      ),
    ];
    expect(bars).toHaveLength(9);
    for (const [, length, share] of bars) expect(Number(length) * 100).toBeCloseTo(Number(share), 0);
  });

  test('means of a model that predicts one of ten classes for all images equal those of scikit-learn', () => {
    const names = Array.from({ length: 10 }, (_, i) => `class ${i}`);
    const counts = names.map(() => names.map((_, column) => (column === 2 ? 2 : 0)));
    const page = buildReport({ title: 'one', history: {}, confusion: { counts, classNames: names } });
    const [, foot] = /<tfoot>(.*?)<\/tfoot>/.exec(page)!;
    // sklearn.metrics.precision_recall_fscore_support(…, average='macro', zero_division=0): 0.01, 0.1, 0.0182
    expect([...foot.matchAll(/class="value">([\d.]+)%/g)].map(([, share]) => share)).toEqual(['1.0', '10.0', '1.8']);
  });

  test('lets nothing through as markup', () => {
    expect(html).not.toMatch(/<img(?! src="data:image\/png;base64,[\w+/=]+" alt="[^"<]*" class="pixels"\/>)/);
    expect(html.split('&lt;img src=x onerror=&quot;alert(1)&quot;&gt;').length).toBeGreaterThan(10);
  });

  test('pictures in rows, each with its class, and the true one where it is wrong', () => {
    const cells = [
      ...html.matchAll(/<figure class="(right|wrong)"><img [^>]*alt="([^"]*)"[^>]*\/><figcaption>(.*?)<\/fig/g),
    ];
    expect(cells.map(([, kind]) => kind)).toEqual(['right', 'right', 'wrong', 'right']);
    expect(cells[2].slice(2)).toEqual([
      `cat, but it is ${NASTY.replaceAll('"', '&quot;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')}`,
      expect.stringMatching(/^cat<br\/><span class="muted">is &lt;img/),
    ]);
    const wrong = { ...input.predictions!, labels: [0] };
    expect(() => buildReport({ ...input, predictions: wrong })).toThrow(
      'buildReport: 4 images, 4 predictions, 1 labels',
    );
  });

  test('of many classes, the worst first and most folded away', () => {
    const names = Array.from({ length: 30 }, (_, label) => `class ${label}`);
    // Class 7 is never right, 3 half of the time, 29 does not occur.
    const counts = names.map((_, label) =>
      names.map((_, column) => {
        if (label === 29) return 0;
        if (label === 7) return column === 8 ? 4 : 0;
        if (label === 3) return column === 3 || column === 4 ? 2 : 0;
        return column === label ? 4 : 0;
      }),
    );
    const page = buildReport({ title: 'many', history: {}, confusion: { counts, classNames: names } });
    const rows = [...page.matchAll(/<tr><td>(class \d+)<\/td><td class="share/g)].map(([, name]) => name);
    expect(rows.slice(0, 5)).toEqual(['class 7', 'class 3', 'class 8', 'class 4', 'class 0']);
    expect(rows).toHaveLength(30);
    expect(rows.at(-1)).toBe('class 29');
    expect(page.indexOf('<details><summary>The other 10 classes')).toBeGreaterThan(
      page.indexOf('class 7</td><td class="share'),
    );
  });

  test('draws the model with its blocks folded, its table below, and where it looks', () => {
    clearSession();
    const model = sequential({ name: 'small', layers: [layers.dense({ units: 2, inputShape: [3] })] });
    const pixels = ndarray(new Uint8Array(2 * 4).fill(9), [2, 2, 2, 1]);
    const attention = { images: pixels, maps: Float32Array.of(0, 0.5, 1, 0, 1, 0, 0, 1), titles: ['cat', NASTY] };
    const page = buildReport({ title: 'drawn', history: {}, model, attention });
    expect(headings(page)).toEqual(['Where the model looks', 'Model']);
    expect(page).toContain('aria-label="small: 1 input, 1 layer · 8 parameters"');
    expect(page).toMatch(/<details><summary>Table of the layers<\/summary><pre tabindex="0">Model: &quot;small&quot;/);
    expect(page).not.toContain('<img');
    expect(() => buildReport({ title: 'drawn', history: {}, model: 3 as never })).toThrow(
      /model is 3, expected a model/,
    );
  });

  test('asks for nothing from elsewhere and runs nothing', () => {
    expect(html).toContain(`content="default-src 'none'; style-src 'unsafe-inline'; img-src data:"`);
    expect(html).not.toMatch(/<script|<link|<iframe|@import|url\((?!#)|\son\w+="/i);
    const references = [...html.matchAll(/(?:src|href)="([^"]*)"/g)].map(([, reference]) => reference);
    expect(references.length).toBe(4);
    for (const reference of references) expect(reference).toMatch(/^data:image\/png;base64,/);
    const addresses = [...html.matchAll(/https?:\/\/[^"\s<]+/g)].map(([address]) => address);
    expect(new Set(addresses)).toEqual(new Set(['http://www.w3.org/2000/svg']));
  });

  test('is well-formed, with pictures that follow the page', () => {
    const body = html.slice(html.indexOf('<body>'), html.indexOf('</html>')).trim();
    expect(parseXml(body).name).toBe('body');
    for (const [svg] of html.matchAll(/<svg [\s\S]*?<\/svg>/g)) {
      expect(parseXml(svg).name).toBe('svg');
      expect(svg).toContain('var(--');
    }
    expect(html).toContain('prefers-color-scheme:dark');
    expect(html).toContain('@media print');
    const used = new Set([...html.matchAll(/var\((--[\w-]+)\)/g)].map(([, name]) => name));
    for (const name of used) expect(html).toContain(`${name}:`);
  });

  test('is the same bytes for the same input', () => {
    expect(buildReport({ ...input })).toBe(html);
  });

  test('takes its figures from the history, and omits the other parts', () => {
    const small = buildReport({
      title: 'small',
      history: { loss: [1, 0.5], val_loss: [1, 0.75], val_accuracy: [0.5, 0.875] },
    });
    expect(headings(small)).toEqual(['Learning curves']);
    expect(small).toMatch(/<dt>validation accuracy<\/dt><dd>87\.50%/);
    expect(small).toMatch(/<dt>epochs<\/dt><dd>2/);
    expect(headings(buildReport({ title: 'empty', history: {} }))).toEqual([]);
  });
});

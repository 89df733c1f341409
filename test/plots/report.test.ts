import ndarray from 'ndarray';
import { describe, expect, test } from 'vitest';
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
    expect(html.match(/<svg /g)).toHaveLength(5);
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
    expect(html).not.toContain('<img');
    expect(html.split('&lt;img src=x onerror=&quot;alert(1)&quot;&gt;').length).toBeGreaterThan(10);
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

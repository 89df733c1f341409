import { decode } from 'fast-png';
import ndarray from 'ndarray';
import { describe, expect, test } from 'vitest';
import { ShapeError, ValueError } from '../../src/base/errors.js';
import { escapeText } from '../../src/plots/charts/svg.js';
import { confusionMatrix, imageUris, learningCurves, predictionGrid, rocCurves } from '../../src/plots/index.js';
import { all, parseXml, textOf, texts } from './xml.js';

const NASTY = `<script>alert("x")</script> & 'y' \u0000\ud800`;
const CLEAN = `<script>alert("x")</script> & 'y' `;
const history = {
  loss: [0.9, 0.5, 0.4],
  accuracy: [0.6, 0.7, 0.8],
  val_loss: [0.8, 0.6, 0.55],
  val_accuracy: [0.6, 0.65, 0.7],
};

describe('escapeText', () => {
  test('escapes markup and drops what XML forbids', () => {
    expect(parseXml(`<a b="${escapeText(NASTY)}">${escapeText(NASTY)}</a>`)).toEqual({
      name: 'a',
      attributes: { b: CLEAN },
      children: [CLEAN],
    });
    expect(escapeText('naïve 😀\n')).toBe('naïve 😀\n');
  });
});

describe('learningCurves', () => {
  const curves = (svg: string) =>
    all(parseXml(svg), 'path').filter(({ attributes }) => attributes['stroke-linejoin'] === 'round');

  test('draws training and validation of every metric', () => {
    const svg = learningCurves(history);
    expect(curves(svg)).toHaveLength(4);
    expect(texts(parseXml(svg))).toEqual(expect.arrayContaining(['loss', 'accuracy', 'epochs', '1', '2', '3']));
    expect(textOf(parseXml(svg))).toContain('validation 0.55');
    expect(parseXml(svg).attributes['aria-label']).toBe('Learning curves over 3 epochs: loss, accuracy');
  });

  test('puts points where the values are', () => {
    const [train] = curves(learningCurves({ loss: [0, 1, 0] }));
    const points = [...train.attributes.d.matchAll(/[ML]([\d.]+) ([\d.]+)/g)].map(([, x, y]) => [Number(x), Number(y)]);
    expect(points).toHaveLength(3);
    expect(points[1][0] - points[0][0]).toBeCloseTo(points[2][0] - points[1][0], 0);
    expect(points[0][1]).toBe(points[2][1]);
    expect(points[1][1]).toBeLessThan(points[0][1]);
  });

  test.each([[[0.0112, 0.0099]], [[0.00995, 0.00996]], [[1.25e-5, 2e-5]]])(
    'labels of %j fit beside the axis',
    (values) => {
      const svg = learningCurves({ mse: values });
      const labels = [...svg.matchAll(/text-anchor="end"[^>]*translate\(([\d.]+) [^>]*>([^<]*)/g)];
      expect(labels.length).toBeGreaterThan(2);
      // A digit of DejaVu Sans, the widest of the fonts, takes 0.64 of its size of 11.
      for (const [, right, label] of labels) expect(Number(right)).toBeGreaterThan(0.64 * 11 * (label.length - 0.5));
    },
  );

  test('draws another run dashed', () => {
    const svg = learningCurves(history, { metrics: ['loss'], reference: { name: 'article', history } });
    expect(curves(svg)).toHaveLength(4);
    expect(curves(svg).filter(({ attributes }) => attributes['stroke-dasharray'])).toHaveLength(2);
    expect(textOf(parseXml(svg))).toContain('article');
  });

  test('shows a single epoch as points, and leaves gaps for NaN', () => {
    expect(all(parseXml(learningCurves({ loss: [0.5], val_loss: [0.4] })), 'path').length).toBeGreaterThanOrEqual(2);
    const svg = learningCurves({ loss: [2, 1, Number.POSITIVE_INFINITY, Number.NaN] });
    expect(svg).not.toMatch(/d="[^"]*(NaN|Infinity)/);
    const dots = (values: number[]) => learningCurves({ loss: values }).split('<path d="M1 0A1 1').length - 1;
    expect([dots([1, 2, 3]), dots([1, 2, Number.NaN, 3]), dots([1])]).toEqual([0, 1, 1]);
    expect(textOf(parseXml(svg))).toContain('train NaN');
  });

  test('gives the same bytes for the same input', () => {
    expect(learningCurves(history)).toBe(learningCurves(structuredClone(history)));
    expect(learningCurves(history)).not.toMatch(/zr\d|ecmeta|<style/);
  });

  test('refuses an empty history and unknown metrics', () => {
    expect(() => learningCurves({})).toThrow(ValueError);
    expect(() => learningCurves({ loss: [] })).toThrow(/no epochs/);
    expect(() => learningCurves(history, { metrics: ['f1'] })).toThrow(
      /no metric 'f1' in the history, only loss, accuracy/,
    );
  });
});

describe('confusionMatrix', () => {
  const counts = [
    [8, 2, 0],
    [0, 10, 0],
    [1, 0, 3],
  ];

  test('has a cell with count and share for each pair that occurs', () => {
    const svg = parseXml(confusionMatrix(counts, ['a', 'b', NASTY]));
    const cells = all(svg, 'g');
    expect(cells.map(textOf)).toEqual([
      'a predicted as a: 8 of 10 (80%)880%',
      'a predicted as b: 2 of 10 (20%)220%',
      'b predicted as b: 10 of 10 (100%)10100%',
      `${CLEAN} predicted as a: 1 of 4 (25%)125%`,
      `${CLEAN} predicted as ${CLEAN}: 3 of 4 (75%)375%`,
    ]);
    const fill = (index: number) => all(cells[index], 'rect')[0].attributes;
    expect(fill(0).fill).not.toBe(fill(1).fill);
    expect(Number(fill(2)['fill-opacity'])).toBe(1);
    expect(Number(fill(0)['fill-opacity'])).toBeLessThan(1);
  });

  test('keeps a hundred classes readable: every name twice, numbers as tooltips', () => {
    const names = Array.from({ length: 100 }, (_, i) => `class_${i}`);
    const many = names.map((_, i) => names.map((_, j) => (i === j ? 9 : Number(j === (i + 1) % 100))));
    const svg = parseXml(confusionMatrix(many, names));
    expect(all(svg, 'title')).toHaveLength(200);
    expect(texts(svg).filter((text) => text === 'class_57')).toHaveLength(2);
    expect(Number(svg.attributes.width)).toBeLessThan(1200);
    expect(
      Math.min(...all(svg, 'text').map(({ attributes }) => Number(attributes['font-size']))),
    ).toBeGreaterThanOrEqual(7);
  });

  test('refuses counts that are not square', () => {
    expect(() => confusionMatrix([[1, 2]], ['a'])).toThrow(ShapeError);
    expect(() => confusionMatrix([[1]], ['a', 'b'])).toThrow(/1 rows, 2 class names/);
    expect(() => confusionMatrix([], [])).toThrow(ShapeError);
  });
});

describe('rocCurves', () => {
  const labels = [0, 0, 1, 1, 2, 2];
  const scores = [0.8, 0.1, 0.1, 0.4, 0.5, 0.1, 0.3, 0.6, 0.1, 0.5, 0.4, 0.1, 0.2, 0.2, 0.6, 0.3, 0.3, 0.4];

  test('names every class with its area, the hardest first', () => {
    const svg = parseXml(rocCurves(labels, scores, ['a', 'b', NASTY]));
    const shown = texts(svg).filter((text) => /\d\.\d{4}$/.test(text));
    expect(shown).toHaveLength(4);
    const areas = shown.slice(1).map((text) => Number(text.slice(-6)));
    expect(areas).toEqual([...areas].sort((a, b) => a - b));
    expect(Number(shown[0].slice(-6))).toBeCloseTo((areas[0] + areas[1] + areas[2]) / 3, 3);
  });

  test('leaves out classes that no image is of', () => {
    const wide = Array.from({ length: 6 }, (_, row) => [...scores.slice(row * 3, row * 3 + 3), 0]).flat();
    expect(texts(parseXml(rocCurves(labels, wide, ['a', 'b', 'c', 'none']))).join(' ')).not.toContain('none');
  });

  test('refuses scores that do not fit', () => {
    expect(() => rocCurves(labels, scores.slice(1), ['a', 'b', 'c'])).toThrow(
      /17 scores, expected 6 labels × 3 classes/,
    );
    expect(() => rocCurves([0, 0], [1, 0, 1, 0], ['a', 'b'])).toThrow(ValueError);
    expect(() => rocCurves(labels, scores.fill(Number.NaN, 0, 1), ['a', 'b', 'c'])).toThrow(ValueError);
  });
});

describe('pictures', () => {
  const grey = ndarray(Uint8Array.from([0, 255, 128, 1, 9, 8, 7, 6]), [2, 2, 2, 1]);

  test('draws pictures as the data are', () => {
    const png = (uri: string) => decode(Buffer.from(uri.replace('data:image/png;base64,', ''), 'base64'));
    const [first, second] = imageUris(grey).map(png);
    expect([first.width, first.height, first.channels]).toEqual([2, 2, 1]);
    expect(Array.from(first.data)).toEqual([0, 255, 128, 1]);
    expect(second.data[0]).toBe(9);
    const rgb = ndarray(Float32Array.from([-1, 0, 1, 1, 1, 1]), [1, 1, 2, 3]);
    expect(Array.from(png(imageUris(rgb)[0]).data)).toEqual([0, 128, 255, 255, 255, 255]);
    const flipped = grey.step(-1, 1, 1, 1);
    expect(imageUris(flipped)[0]).toBe(imageUris(grey)[1]);
    expect(() => imageUris(ndarray(new Uint8Array(4), [1, 2, 2]))).toThrow(ShapeError);
  });

  test('marks right and wrong', () => {
    const svg = predictionGrid({ images: grey, predicted: [1, 1], labels: [1, 0], classNames: [NASTY, 'b'] });
    const cells = all(parseXml(svg), 'g');
    expect(cells).toHaveLength(2);
    expect(all(cells[0], 'image')[0].attributes.href).toMatch(/^data:image\/png;base64,/);
    expect(texts(cells[0])).toEqual(['b']);
    expect(texts(cells[1])[0]).toBe('b');
    expect(texts(cells[1])[1]).toMatch(/^is </);
    expect(all(cells[0], 'text')[0].attributes.fill).not.toBe(all(cells[1], 'text')[0].attributes.fill);
    expect(parseXml(svg).attributes['aria-label']).toBe('2 images with the predicted class: 1 right, 1 wrong');
  });

  test('refuses numbers that differ', () => {
    expect(() => predictionGrid({ images: grey, predicted: [1], labels: [1, 0], classNames: ['a', 'b'] })).toThrow(
      /2 images, 1 predictions, 2 labels/,
    );
  });
});

import { ShapeError } from '../../base/errors.js';
import { readOptions } from '../../base/options.js';
import { COUNTS, NAMES } from './arguments.js';
import { palette } from './palette.js';
import { element, escapeText, PLOT_OPTIONS, type PlotOptions, shorten, svgDocument, text, textWidth } from './svg.js';

/** Minimum sizes of cells that show a count, and a percentage below it. */
const COUNT_SIZE = 30;
const SHARE_SIZE = 46;
const LONGEST_NAME = 130;

interface Layout {
  cell: number;
  fontSize: number;
  left: number;
  top: number;
  /** Room for the last column's name, which is slanted past the edge. */
  right: number;
}

/**
 * Draw a confusion matrix: a row for each true class, a column for each predicted class, each cell with its count and
 * its fraction of the row. Darker cells have larger fractions; mistakes are red. With many classes the numbers appear
 * only as tooltips.
 * @param counts `counts[true][predicted]`
 * @param classNames one name per class
 * @returns an SVG picture
 * @throws ValueError when counts or names are not lists, or an option is unknown or wrong
 * @throws ShapeError when the counts are not square, or their size and the number of names differ
 * @example const svg = confusionMatrix(confusionCounts(labels, predicted, 10), classNames)
 */
export function confusionMatrix(
  counts: readonly (readonly number[])[],
  classNames: readonly string[],
  options: PlotOptions = {},
): string {
  const { theme } = readOptions('confusionMatrix', PLOT_OPTIONS, options);
  COUNTS.check('confusionMatrix', 'counts', counts);
  NAMES.check('confusionMatrix', 'classNames', classNames);
  const classes = counts.length;
  const odd = counts.findIndex((row) => row.length !== classes);
  if (classes === 0 || classNames.length !== classes || odd >= 0) {
    const rowLength = odd >= 0 ? `row ${odd} has ${counts[odd].length} counts` : `${classNames.length} class names`;
    throw new ShapeError(`confusionMatrix: ${classes} rows, ${rowLength}, expected equal numbers and at least 1`);
  }
  const layout = layoutFor(classNames);
  const { cell, left, top, right } = layout;
  const { muted, line } = palette(theme);
  const side = classes * cell;
  const frame = element('rect', { x: left, y: top, width: side, height: side, fill: 'none', stroke: line });
  const captions =
    text('predicted →', { x: left, y: 12, fill: muted, 'font-size': 11 }) +
    text('true ↓', { x: left - 8, y: top - 7, fill: muted, 'font-size': 11, 'text-anchor': 'end' });
  const cells = counts.map((row, label) => rowCells(row, label, classNames, layout, { theme })).join('');
  const content = captions + names(classNames, layout, { theme }) + frame + cells;
  return svgDocument(left + side + right, top + side + 1, `Confusion matrix of ${classes} classes`, content, theme);
}

function layoutFor(classNames: readonly string[]): Layout {
  const classes = classNames.length;
  const cell = Math.min(56, Math.max(9, Math.floor(620 / classes)));
  const fontSize = Math.min(12, Math.max(7.5, cell * 0.8));
  const longest = Math.min(LONGEST_NAME, Math.max(...classNames.map((name) => textWidth(name, fontSize))));
  const { sin, cos } = slant(cell);
  const last = Math.min(LONGEST_NAME, textWidth(classNames[classes - 1], fontSize));
  const right = Math.max(1, last * cos + fontSize - cell / 2);
  return { cell, fontSize, left: Math.max(longest, 30) + 14, top: longest * sin + 30, right };
}

/** Column names are slanted where cells are wide, and vertical where they are narrow. */
function slant(cell: number): { degrees: number; sin: number; cos: number } {
  const degrees = cell < 24 ? 90 : 40;
  const radians = (degrees * Math.PI) / 180;
  return { degrees, sin: Math.sin(radians), cos: Math.cos(radians) };
}

function names(classNames: readonly string[], { cell, fontSize, left, top }: Layout, { theme }: PlotOptions): string {
  const { ink } = palette(theme);
  const { degrees } = slant(cell);
  return classNames
    .map((name, index) => {
      const shown = shorten(name, fontSize, LONGEST_NAME);
      const middle = (index + 0.5) * cell;
      const [x, y] = [left + middle + (degrees === 90 ? fontSize * 0.35 : 0), top - 7];
      const style = { fill: ink, 'font-size': fontSize };
      const row = { x: left - 8, y: top + middle + fontSize * 0.35, 'text-anchor': 'end', ...style };
      return text(shown, row) + text(shown, { transform: `translate(${x} ${y}) rotate(${-degrees})`, ...style });
    })
    .join('');
}

function rowCells(
  row: readonly number[],
  label: number,
  classNames: readonly string[],
  { cell, left, top }: Layout,
  { theme }: PlotOptions,
): string {
  const colours = palette(theme);
  const total = row.reduce((sum, count) => sum + count, 0);
  return row
    .map((count, predicted) => {
      if (count === 0) return '';
      const share = count / total;
      const right = predicted === label;
      const [x, y] = [left + predicted * cell, top + label * cell];
      // Mistakes are rare, so their shade grows with the root of the fraction: 1% is faint but visible.
      const depth = right ? 0.12 + 0.88 * share : Math.min(1, 0.06 + 0.94 * Math.sqrt(share));
      const gap = cell >= COUNT_SIZE ? 1 : 0.5;
      const fill = right ? colours.accent : colours.wrong;
      const square = element('rect', {
        x: x + gap,
        y: y + gap,
        width: cell - 2 * gap,
        height: cell - 2 * gap,
        rx: cell >= COUNT_SIZE ? 3 : 1,
        fill,
        'fill-opacity': depth,
      });
      const percent = `${(share * 100).toFixed(share < 0.0995 ? 1 : 0)}%`;
      const tooltip = `${classNames[label]} predicted as ${classNames[predicted]}: ${count} of ${total} (${percent})`;
      const title = `<title>${escapeText(tooltip)}</title>`;
      const ink = depth > 0.72 ? colours.onAccent : colours.ink;
      return element('g', {}, title + square + numbers(count, percent, x + cell / 2, y + cell / 2, cell, ink));
    })
    .join('');
}

function numbers(count: number, percent: string, x: number, y: number, cell: number, fill: string): string {
  if (cell < COUNT_SIZE) return '';
  const centred = { x, fill, 'text-anchor': 'middle' };
  if (cell < SHARE_SIZE) return text(count, { ...centred, y: y + 4, 'font-size': 11 });
  return (
    text(count, { ...centred, y: y + 1, 'font-size': 14, 'font-weight': 600 }) +
    text(percent, { ...centred, y: y + 15, 'font-size': 10, 'fill-opacity': 0.8 })
  );
}

import { anyOf, boolean, type Given, listOf, readOptions, string } from '../../base/options.js';
import { assertModel } from '../../models/assert-model.js';
import type { Model } from '../../models/model.js';
import { type Palette, palette } from '../charts/palette.js';
import { element, PLOT_OPTIONS, shorten, svgDocument, text, textWidth } from '../charts/svg.js';
import { KIND_COLOURS, type LayerKind } from './layer-kinds.js';
import { intoColumns } from './model-columns.js';
import { foldBlocks } from './model-fold.js';
import {
  ATTACHED,
  type Placed,
  type Point,
  placeOutline,
  ROW,
  type Route,
  rowHeight,
  type Stack,
} from './model-layout.js';
import { type Outline, type OutlineItem, outlineOf } from './model-outline.js';

const MODEL_OPTIONS = {
  ...PLOT_OPTIONS,
  /** Whether boxes show output shapes and parameter counts; default true. */
  showShapes: boolean().default(true),
  /** Whether to draw the layers of nested models, in a frame; default true. */
  nested: boolean().default(true),
  /**
   * Draw each block as one box: true for residual and inception blocks, found where branches split and merge;
   * or a list of layer name prefixes. Default false.
   */
  fold: anyOf(boolean(), listOf(string())).default(false),
};

export type ModelPlotOptions = Given<typeof MODEL_OPTIONS>;

const TITLE_SIZE = 12;
/** Width of bold letters, relative to regular ones. */
const BOLD = 1.2;
const NAME_SIZE = 10.5;
const PAD = 10;
const BAR = 4;
/** Height of the name and the legend; larger where lines run above the columns. */
const HEADER = 60;
const HEADER_OVER_COLUMNS = 92;
const WIDEST = 300;

/**
 * Draw a model: its layers from top to bottom, coloured by kind. Normalizations, activations
 * and dropouts are attached to the layer that they follow; tall models continue in further columns.
 * @param options `showShapes`, `nested`, `fold`, `theme`
 * @returns an SVG picture
 * @throws ValueError when an option is unknown or wrong, or the model is not built
 * @example const svg = plotModel(resnet50(), { fold: true });
 */
export function plotModel(model: Model, options: ModelPlotOptions = {}): string {
  assertModel('plotModel', model);
  const { showShapes, nested, fold, theme } = readOptions('plotModel', MODEL_OPTIONS, options);
  const whole = outlineOf(model, nested);
  const outline = fold === false ? whole : foldBlocks(whole, fold);
  const width = boxWidth(outline, showShapes);
  const placed = placeOutline(outline, width);
  intoColumns(placed, width);
  const colours = palette(theme);
  const size = sizeOf(model);
  const label = `${model.name}: ${size}`;
  const content =
    frames(placed, colours) +
    placed.routes.map((route) => line(route, colours)).join('') +
    placed.stacks.map((stack) => box(stack, width, showShapes, colours)).join('');
  const top = placed.routes.some(({ trunk }) => trunk.length > 0) ? HEADER_OVER_COLUMNS : HEADER;
  const head = header(model.name, size, outline, colours);
  return svgDocument(
    Math.max(placed.width, head.width),
    placed.height + top,
    label,
    head.content + element('g', { transform: `translate(0 ${top})` }, content),
    theme,
  );
}

const number = (value: number) => value.toLocaleString('en-US');
const counted = (count: number, what: string): string => `${number(count)} ${what}${count === 1 ? '' : 's'}`;

/** Inputs have boxes too, and are counted apart: a sequential model does not list them among its layers. */
function sizeOf(model: Model): string {
  const layers = model.layers.filter(({ className }) => className !== 'InputLayer').length;
  const parts = [counted(model.inputs.length, 'input'), counted(layers, 'layer')];
  return `${parts.join(', ')} · ${counted(model.countParams(), 'parameter')}`;
}

const parametersText = ({ parameters }: OutlineItem) => (parameters ? number(parameters) : '');

/** One width for all boxes, so that columns line up: the width of the widest row. */
function boxWidth({ items }: Outline, showShapes: boolean): number {
  const rows = items.flatMap((item) => {
    const parameters = showShapes && item.parameters ? textWidth(parametersText(item), NAME_SIZE) + PAD : 0;
    const name = textWidth(item.name, NAME_SIZE) + parameters;
    if (ATTACHED.has(item.kind)) return [textWidth(smallTitle(item), NAME_SIZE) + PAD + name];
    const shape = showShapes ? textWidth(item.shape, NAME_SIZE) + PAD : 0;
    return [textWidth(item.title, BOLD * TITLE_SIZE) + shape, name];
  });
  return Math.ceil(Math.min(WIDEST, Math.max(...rows) + BAR + 2 * PAD));
}

/** Draw the model's name and size, and the legend of the colours. */
function header(name: string, size: string, { items }: Outline, { ink, muted }: Palette) {
  const nameWidth = textWidth(name, BOLD * 17) + 12;
  const parts = [
    text(name, { x: 0, y: 14, fill: ink, 'font-size': 17, 'font-weight': 700 }),
    text(size, { x: nameWidth, y: 14, fill: muted, 'font-size': TITLE_SIZE }),
  ];
  let x = 0;
  for (const kind of new Set(items.map((item) => item.kind))) {
    parts.push(element('rect', { x, y: 30, width: 9, height: 9, rx: 2, fill: KIND_COLOURS[kind] }));
    parts.push(text(kind, { x: x + 14, y: 38.5, fill: muted, 'font-size': 11 }));
    x += 14 + textWidth(kind, 11) + 14;
  }
  return { content: parts.join(''), width: Math.max(x, nameWidth + textWidth(size, TITLE_SIZE)) };
}

function frames(placed: Placed, { line: stroke, muted, ink }: Palette): string {
  return placed.frames
    .map(({ x, y, width, height, label }) => {
      const edge = { fill: ink, 'fill-opacity': 0.03, stroke, 'stroke-width': 1.2 };
      return (
        element('rect', { x, y, width, height, rx: 10, ...edge }) +
        text(shorten(label, 11, width - 20), { x: x + 12, y: y + 17, fill: muted, 'font-size': 11, 'font-weight': 600 })
      );
    })
    .join('');
}

/** Draw a layer and the rows attached to it. */
function box({ x, y, height, items }: Stack, width: number, showShapes: boolean, colours: Palette): string {
  const { paper, line: stroke } = colours;
  let top = y;
  const rows = items.map((item, index) => {
    const drawn =
      index === 0
        ? mainRow(item, x, top, width, showShapes, colours)
        : smallRow(item, x, top, width, showShapes, colours);
    top += rowHeight(index);
    return drawn;
  });
  const round = { x, y, width, height, rx: 5 };
  const fill = paper ?? 'var(--paper)';
  // A second card behind the first means that the box holds more than one layer.
  const behind = items[0].kind === 'block' ? element('rect', { ...round, x: x + 3, y: y + 3, fill, stroke }) : '';
  const back = behind + element('rect', { ...round, fill });
  const border = element('rect', { ...round, fill: 'none', stroke, 'stroke-width': 1 });
  return element('g', {}, back + rows.join('') + border);
}

/** Draw the tint and the bar of a row. */
function ground(kind: LayerKind, x: number, y: number, width: number, height: number, opacity: number): string {
  const fill = KIND_COLOURS[kind];
  return (
    element('rect', { x, y, width, height, rx: 5, fill, 'fill-opacity': opacity }) +
    element('rect', { x, y: y + 3, width: BAR, height: height - 6, rx: 2, fill })
  );
}

function mainRow(
  item: OutlineItem,
  x: number,
  y: number,
  width: number,
  showShapes: boolean,
  colours: Palette,
): string {
  const { ink, muted } = colours;
  const [left, right] = [x + BAR + PAD, x + width - PAD];
  const shape = showShapes ? item.shape : '';
  const parameters = showShapes ? parametersText(item) : '';
  const room = right - left;
  const small = { 'font-size': NAME_SIZE, fill: muted };
  const title = shorten(item.title, BOLD * TITLE_SIZE, room - (shape ? textWidth(shape, NAME_SIZE) + PAD : 0));
  const name = shorten(item.name, NAME_SIZE, room - (parameters ? textWidth(parameters, NAME_SIZE) + PAD : 0));
  return (
    ground(item.kind, x, y, width, ROW, 0.11) +
    text(title, { x: left, y: y + 15, fill: ink, 'font-size': TITLE_SIZE, 'font-weight': 600 }) +
    text(name, { x: left, y: y + 29, ...small }) +
    (shape ? text(shape, { x: right, y: y + 15, ...small, fill: ink, 'text-anchor': 'end' }) : '') +
    (parameters ? text(parameters, { x: right, y: y + 29, ...small, 'text-anchor': 'end' }) : '')
  );
}

function smallRow(
  item: OutlineItem,
  x: number,
  y: number,
  width: number,
  showShapes: boolean,
  { ink, muted }: Palette,
): string {
  const [left, right] = [x + BAR + PAD, x + width - PAD];
  const title = smallTitle(item);
  const parameters = showShapes ? parametersText(item) : '';
  const nameEnd = right - (parameters ? textWidth(parameters, NAME_SIZE) + PAD : 0);
  const name = shorten(item.name, NAME_SIZE - 0.5, nameEnd - left - textWidth(title, NAME_SIZE) - PAD);
  const small = { y: y + 13, fill: muted, 'font-size': NAME_SIZE - 0.5, 'text-anchor': 'end' };
  return (
    ground(item.kind, x, y, width, rowHeight(1), 0.11) +
    text(title, { x: left, y: y + 13, fill: ink, 'font-size': NAME_SIZE }) +
    text(name, { ...small, x: nameEnd }) +
    (parameters ? text(parameters, { ...small, x: right, 'font-size': NAME_SIZE }) : '')
  );
}

/** The title of a row that is attached to a box. */
const smallTitle = ({ title }: OutlineItem): string =>
  title.replace('BatchNormalization', 'BatchNorm').replace(/^Activation /, '');

/** A line with an arrowhead. */
function line({ points, trunk }: Route, { muted }: Palette): string {
  const end = points[points.length - 1];
  const head = `M${at({ x: end.x - 3.5, y: end.y - 6.5 })}L${at(end)}L${at({ x: end.x + 3.5, y: end.y - 6.5 })}Z`;
  const path = (trunk.length > 0 ? corners(trunk) : '') + smooth(points);
  return (
    element('path', { d: path, fill: 'none', stroke: muted, 'stroke-width': 1.1 }) +
    element('path', { d: head, fill: muted })
  );
}

const at = ({ x, y }: Point) => `${Number(x.toFixed(1))} ${Number(y.toFixed(1))}`;

/** A curve that is vertical at every point. */
function smooth(points: readonly Point[]): string {
  const steps = points.slice(1).map((point, index) => {
    const from = points[index];
    const middle = (from.y + point.y) / 2;
    if (Math.abs(from.x - point.x) < 0.5) return `L${at(point)}`;
    return `C${at({ x: from.x, y: middle })} ${at({ x: point.x, y: middle })} ${at(point)}`;
  });
  return `M${at(points[0])}${steps.join('')}`;
}

/** Straight segments with rounded corners. */
function corners(points: readonly Point[]): string {
  const radius = 6;
  const towards = (from: Point, to: Point): Point => {
    const length = Math.hypot(to.x - from.x, to.y - from.y) || 1;
    const step = Math.min(radius, length / 2) / length;
    return { x: from.x + (to.x - from.x) * step, y: from.y + (to.y - from.y) * step };
  };
  const turns = points
    .slice(1, -1)
    .map((point, i) => `L${at(towards(point, points[i]))}Q${at(point)} ${at(towards(point, points[i + 2]))}`);
  return `M${at(points[0])}${turns.join('')}L${at(points[points.length - 1])}`;
}

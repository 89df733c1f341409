import { ValueError } from '../../base/errors.js';
import { mebibytes } from '../../base/mebibytes.js';
import { number, readOptions, string } from '../../base/options.js';
import { itemsOf, objectOf } from '../../base/structures.js';
import { anyNumber } from './arguments.js';
import { palette } from './palette.js';
import { element, PLOT_OPTIONS, type PlotOptions, svgDocument, text } from './svg.js';

/** A point of `roofline`: one kind of work. */
export interface RooflinePoint {
  readonly name: string;
  /** Group that determines the colour: `forward`, `backward`, … */
  readonly group: string;
  readonly operations: number;
  readonly bytesMoved: number;
  readonly ms: number;
}

/** Peak rates of a machine, for `roofline`. */
export interface RooflinePeaks {
  readonly gflops: number;
  readonly copies: readonly { readonly bytes: number; readonly gigabytesPerSecond: number }[];
}

const POINTS = itemsOf(
  objectOf({ name: string(), group: string(), operations: anyNumber(), bytesMoved: anyNumber(), ms: anyNumber() }),
);
const PEAKS = objectOf({
  gflops: number({ above: 0 }),
  copies: itemsOf(objectOf({ bytes: number({ min: 0 }), gigabytesPerSecond: number({ above: 0 }) })),
});

const WIDTH = 860;
const HEIGHT = 520;
const PLOT = { left: 58, top: 46, right: WIDTH - 14, bottom: HEIGHT - 44 };
const FONT_SIZE = 11;

/** Number of labelled points: those that take longest. */
const NAMED = 16;

/** Width of a letter of the widest interface fonts, in font sizes. */
const LETTER = 0.6;

interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** A logarithmic axis: whole decades from `low` to `high` over some pixels. */
class LogAxis {
  private readonly low: number;
  private readonly high: number;

  constructor(
    values: readonly number[],
    private readonly from: number,
    private readonly to: number,
  ) {
    this.low = Math.floor(Math.log10(Math.min(...values)));
    this.high = Math.max(this.low + 1, Math.ceil(Math.log10(Math.max(...values))));
  }

  at(value: number): number {
    return this.from + ((Math.log10(value) - this.low) / (this.high - this.low)) * (this.to - this.from);
  }

  get first(): number {
    return 10 ** this.low;
  }

  get last(): number {
    return 10 ** this.high;
  }

  get decades(): number[] {
    return Array.from({ length: this.high - this.low + 1 }, (_, index) => 10 ** (this.low + index));
  }
}

/**
 * Draw a roofline plot: operations per second over operations per byte, both logarithmic, below the limits of the
 * machine. The area of a point is proportional to its fraction of the time; the longest are labelled. Points without
 * operations are left out.
 * @param points kinds of work, such as `byOp` of a profile
 * @param peaks rates of multiply-adds and of copies, in 10⁹ per second
 * @returns an SVG picture
 * @throws ValueError when an option is unknown or wrong, or no point has operations, bytes and a time
 * @see Williams, Waterman and Patterson, "Roofline: an insightful visual performance model", CACM 52 (4), 2009
 * @example
 * const { byOp } = await profile(() => model.predict(x));
 * const points = byOp.map((sums) => ({ ...sums, group: sums.phase }));
 * const svg = roofline(points, { gflops: 90, copies: [{ bytes: 2 ** 26, gigabytesPerSecond: 15 }] });
 */
export function roofline(points: readonly RooflinePoint[], peaks: RooflinePeaks, options: PlotOptions = {}): string {
  const { theme } = readOptions('roofline', PLOT_OPTIONS, options);
  POINTS.check('roofline', 'points', points);
  PEAKS.check('roofline', 'peaks', peaks);
  const drawn = points
    .filter(({ operations, bytesMoved, ms }) => operations > 0 && bytesMoved > 0 && ms > 0)
    .sort((a, b) => b.ms - a.ms);
  if (drawn.length === 0) {
    throw new ValueError(`roofline: none of ${points.length} points has operations, bytes and a time, expected one`);
  }
  const { ink, muted, line, accent, hues } = palette(theme);
  const groups = [...new Set(drawn.map(({ group }) => group))];
  const colourOf = (group: string) => [accent, ...hues][groups.indexOf(group) % (hues.length + 1)];
  const intensity = ({ operations, bytesMoved }: RooflinePoint) => operations / bytesMoved;
  const rate = ({ operations, ms }: RooflinePoint) => operations / ms / 1e6;
  const ridges = peaks.copies.map(({ gigabytesPerSecond }) => peaks.gflops / gigabytesPerSecond);
  const x = new LogAxis([...drawn.map(intensity), ...ridges, 1], PLOT.left, PLOT.right);
  const y = new LogAxis([...drawn.map(rate), peaks.gflops], PLOT.bottom, PLOT.top);
  const total = drawn.reduce((sum, { ms }) => sum + ms, 0);
  const places = drawn.map((point) => ({
    point,
    cx: x.at(intensity(point)),
    cy: y.at(rate(point)),
    r: Math.max(3, 26 * Math.sqrt(point.ms / total)),
  }));
  const circles = places.map(({ point, cx, cy, r }) =>
    element('circle', { cx, cy, r, fill: colourOf(point.group), 'fill-opacity': 0.35, stroke: colourOf(point.group) }),
  );
  const roofs = roofLines(x, y, peaks, { ink, muted });
  const names = namesOf(places.slice(0, NAMED), places, roofs.boxes, ink);
  const legend = groups.map((group, index) =>
    text(group, { x: PLOT.left + index * 90, y: 16, fill: colourOf(group), 'font-size': 13, 'font-weight': 600 }),
  );
  const label = `Roofline of ${drawn.length} ops below ${peaks.gflops.toFixed(0)} GFLOP/s`;
  const content = [...axes(x, y, { line, muted }), roofs.svg, ...circles, ...names, ...legend].join('');
  return svgDocument(WIDTH, HEIGHT, label, content, theme);
}

function axes(x: LogAxis, y: LogAxis, { line, muted }: { readonly line: string; readonly muted: string }): string[] {
  const small = { fill: muted, 'font-size': FONT_SIZE };
  const written = (value: number) =>
    value >= 1e-3 && value < 1e5 ? String(Number(value.toPrecision(1))) : value.toExponential(0);
  return [
    ...x.decades.flatMap((value) => [
      element('line', { x1: x.at(value), x2: x.at(value), y1: PLOT.top, y2: PLOT.bottom, stroke: line }),
      text(written(value), { ...small, x: x.at(value), y: PLOT.bottom + 16, 'text-anchor': 'middle' }),
    ]),
    ...y.decades.flatMap((value) => [
      element('line', { x1: PLOT.left, x2: PLOT.right, y1: y.at(value), y2: y.at(value), stroke: line }),
      text(written(value), { ...small, x: PLOT.left - 8, y: y.at(value) + 4, 'text-anchor': 'end' }),
    ]),
    text('operations per byte', {
      ...small,
      x: (PLOT.left + PLOT.right) / 2,
      y: HEIGHT - 8,
      'text-anchor': 'middle',
    }),
    text('GFLOP/s', { ...small, x: PLOT.left, y: PLOT.top - 10, 'text-anchor': 'end' }),
  ];
}

/** The horizontal line of multiply-adds, and a slope for each size of copies, which ends there. */
function roofLines(
  x: LogAxis,
  y: LogAxis,
  { gflops, copies }: RooflinePeaks,
  { ink, muted }: { readonly ink: string; readonly muted: string },
) {
  const boxes: Box[] = [];
  const name = (content: string, right: number, baseline: number): string => {
    boxes.push(boxAt(content, right - widthOf(content), baseline));
    return text(content, { x: right, y: baseline, fill: muted, 'font-size': FONT_SIZE, 'text-anchor': 'end' });
  };
  const slowest = Math.min(...copies.map(({ gigabytesPerSecond }) => gigabytesPerSecond));
  const fastest = Math.max(...copies.map(({ gigabytesPerSecond }) => gigabytesPerSecond));
  const top = y.at(gflops);
  const flat = element('line', { x1: x.at(gflops / fastest), x2: PLOT.right, y1: top, y2: top, stroke: ink });
  const slopes = copies.flatMap(({ bytes, gigabytesPerSecond }) => {
    // From the left or the lower edge, whichever the slope meets.
    const start = Math.max(x.first, y.first / gigabytesPerSecond);
    const ridge = gflops / gigabytesPerSecond;
    const isNamed = gigabytesPerSecond === slowest || gigabytesPerSecond === fastest;
    const middle = Math.sqrt(start * ridge);
    const size = `copies of ${mebibytes(bytes)} ${gigabytesPerSecond.toFixed(0)} GB/s`;
    const [right, baseline] = [x.at(middle), y.at(middle * gigabytesPerSecond)];
    return [
      element('line', {
        ...{ x1: x.at(start), y1: y.at(start * gigabytesPerSecond), x2: x.at(ridge), y2: top },
        ...{ stroke: ink, 'stroke-dasharray': gigabytesPerSecond === slowest ? undefined : '4 4' },
      }),
      isNamed
        ? name(size, besideSlope(right, widthOf(size)), gigabytesPerSecond === fastest ? baseline - 6 : baseline + 12)
        : '',
    ];
  });
  const svg = [flat, ...slopes, name(`multiply-adds ${gflops.toFixed(0)} GFLOP/s`, PLOT.right, top - 6)].join('');
  return { svg, boxes };
}

/** Where a name of a given width ends: left of a slope, or right of it at the end of the plot. */
const besideSlope = (x: number, width: number): number => (x - 10 - width > PLOT.left ? x - 10 : x + 16 + width);

const widthOf = (content: string): number => content.length * FONT_SIZE * LETTER;

const boxAt = (content: string, left: number, baseline: number): Box => ({
  left,
  top: baseline - FONT_SIZE,
  right: left + widthOf(content),
  bottom: baseline + 3,
});

const overlap = (a: Box, b: Box): boolean =>
  a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;

interface Circle {
  readonly point: RooflinePoint;
  readonly cx: number;
  readonly cy: number;
  readonly r: number;
}

/** Place names next to their points if there is room, else further away, with a line. */
function namesOf(named: readonly Circle[], all: readonly Circle[], taken: readonly Box[], ink: string): string[] {
  const circles = all.map(({ cx, cy, r }) => ({ left: cx - r, top: cy - r, right: cx + r, bottom: cy + r }));
  const boxes = [...taken];
  return named.flatMap(({ point, cx, cy, r }, index) => {
    const width = widthOf(point.name);
    const candidates = [0, 18, 36, 54, 72, 90].flatMap((away) => [
      [cx + r + 4 + away / 3, cy + 4 - away],
      [cx + r + 4 + away / 3, cy + 4 + away],
      [cx - r - 4 - width - away / 3, cy + 4 - away],
      [cx - r - 4 - width - away / 3, cy + 4 + away],
      [cx - width / 2, cy - r - 5 - away],
      [cx - width / 2, cy + r + 13 + away],
    ]);
    const isFree = (box: Box, isStrict: boolean) =>
      box.left >= PLOT.left &&
      box.right <= PLOT.right &&
      box.top >= PLOT.top &&
      box.bottom <= PLOT.bottom &&
      !boxes.some((other) => overlap(box, other)) &&
      !(isStrict && circles.some((other, at) => at !== index && overlap(box, other)));
    const find = (isStrict: boolean) =>
      candidates.find(([left, baseline]) => isFree(boxAt(point.name, left, baseline), isStrict));
    const found = find(true) ?? find(false);
    if (!found) return [];
    const [left, baseline] = found;
    const box = boxAt(point.name, left, baseline);
    boxes.push(box);
    const [nearX, nearY] = [Math.min(Math.max(cx, box.left), box.right), Math.min(Math.max(cy, box.top), box.bottom)];
    const isFar = Math.hypot(nearX - cx, nearY - cy) > r + 12;
    return [
      isFar ? element('line', { x1: cx, y1: cy, x2: nearX, y2: nearY, stroke: ink, 'stroke-width': 0.6 }) : '',
      text(point.name, { x: left, y: baseline, fill: ink, 'font-size': FONT_SIZE }),
    ];
  });
}

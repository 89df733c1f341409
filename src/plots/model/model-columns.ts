import type { Placed, Point, Route, Stack } from './model-layout.js';

/** Width over height that the picture should have. */
const ASPECT = 1.25;
/** Pictures below this height stay one column. */
const LOW = 1100;
const GUTTER = 60;
/**
 * Distances: from a box down to the turn of its line, from that line down to the next column, and to where it branches.
 */
const TURN = 15;
const RUN = 40;
const PART = 24;

/** A place under a box where all lines to what is below come from that box. */
interface Cut {
  readonly y: number;
  readonly source: Stack;
  readonly routes: readonly Route[];
}

function cutsOf({ stacks, routes, frames }: Placed): Cut[] {
  const solid = [...stacks, ...frames];
  return stacks.flatMap((source) => {
    const y = source.y + source.height + 2;
    const crossing = routes.filter(({ points }) => points[0].y < y && points[points.length - 1].y > y);
    const free = crossing.every(({ from }) => from === source.id) && crossing.length > 0;
    return free && !solid.some((box) => box.y < y && box.y + box.height > y) ? [{ y, source, routes: crossing }] : [];
  });
}

/** The cuts that make columns of about the wanted aspect, the tallest as low as can be. */
function chooseCuts(placed: Placed): Cut[] {
  const { width, height } = placed;
  const columns = Math.round(Math.sqrt((ASPECT * height) / (width + GUTTER)));
  const cuts = cutsOf(placed).sort((a, b) => a.y - b.y);
  if (height < LOW) return [];
  for (let limit = height / columns; limit < height; limit += 20) {
    const chosen = fill(cuts, height, limit);
    if (chosen && chosen.length < columns) return chosen;
  }
  return [];
}

/** Cuts after which each column is as full as the limit allows; null when some column must be higher. */
function fill(cuts: readonly Cut[], height: number, limit: number): Cut[] | null {
  const chosen: Cut[] = [];
  for (let top = 0; height - top > limit; top = chosen[chosen.length - 1].y) {
    const last = cuts.filter(({ y }) => y > top && y - top <= limit).at(-1);
    if (!last) return null;
    chosen.push(last);
  }
  return chosen;
}

/**
 * Breaks a tall picture into columns, where the lines of one box can be led to the head of the next.
 * @param boxWidth of every box
 */
export function intoColumns(placed: Placed, boxWidth: number): void {
  const { stacks, routes, frames } = placed;
  const cuts = chooseCuts(placed);
  if (cuts.length === 0) return;
  const columnAt = (y: number) => cuts.filter((cut) => cut.y < y).length;
  for (const { routes: cutRoutes } of cuts) for (const route of cutRoutes) route.points.shift();
  const points = routes.flatMap((route) => route.points);
  const columns = Array.from({ length: cuts.length + 1 }, (_, column) => {
    const inside = <T extends Point>(list: readonly T[]) => list.filter(({ y }) => columnAt(y) === column);
    return { stacks: inside(stacks), frames: inside(frames), points: inside(points) };
  });

  let left = 0;
  let before = 0;
  placed.height = 0;
  for (const [index, column] of columns.entries()) {
    const all: Point[] = [...column.stacks, ...column.frames, ...column.points];
    const shiftX = left - Math.min(...all.map(({ x }) => x));
    const shiftY = -Math.min(...all.map(({ y }) => y));
    const cut = index > 0 ? cuts[index - 1] : null;
    for (const each of all) {
      each.x += shiftX;
      each.y += shiftY;
    }
    // Lines come in where the source would stand, had it moved with this column.
    if (cut) lead(cut, cut.source.x - before + shiftX + boxWidth / 2, left - GUTTER / 2, boxWidth);
    before = shiftX;
    const rightEdges = [
      ...column.stacks.map(({ x }) => x + boxWidth),
      ...column.frames.map((frame) => frame.x + frame.width),
      ...column.points.map(({ x }) => x),
    ];
    placed.width = Math.max(...rightEdges);
    placed.height = Math.max(placed.height, ...[...column.stacks, ...column.frames].map(({ y, height }) => y + height));
    left = placed.width + GUTTER;
  }
}

/** Leads the lines of a cut down, through the gutter, and to the head of the next column. */
function lead({ source, routes }: Cut, entry: number, gutter: number, boxWidth: number): void {
  const [x, foot] = [source.x + boxWidth / 2, source.y + source.height];
  for (const [index, route] of routes.entries()) {
    const first = { x: entry, y: -PART };
    if (index === 0) {
      route.trunk = [
        { x, y: foot },
        { x, y: foot + TURN },
        { x: gutter, y: foot + TURN },
        { x: gutter, y: -RUN },
        { x: entry, y: -RUN },
        first,
      ];
    }
    route.points.unshift({ ...first });
  }
}

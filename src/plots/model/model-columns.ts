import type { Placed, Point, Route, Stack } from './model-layout.js';

/** Target aspect ratio of the picture: width over height. */
const ASPECT = 1.25;
/** Drawings up to this height stay in one column. */
const LOW = 1100;
const GUTTER = 60;
/**
 * Distances: from a box down to the turn of its line, from there down to the next column, and to the branching point.
 */
const TURN = 15;
const RUN = 40;
const PART = 24;

/** A position below a box where all downward lines start at that box. */
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

/** Choose the cuts that come closest to the target aspect ratio and keep the tallest column short. */
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

/** Fill each column up to the limit; null when one of them would exceed it. */
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
 * Break a tall drawing into columns where the lines of one box can be routed to the top of the next column.
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
    // Lines enter at the position that the source would have if it moved with this column.
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

/** Route the lines of a cut down, through the gutter and to the top of the next column. */
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

import { Graph, layout } from '@dagrejs/dagre';
import { neighbours, type Outline, type OutlineFrame, type OutlineItem } from './model-outline.js';

/**
 * Boxes stacked without gaps: a layer, then the normalization, activation and dropout that only it feeds.
 */
export interface Stack {
  readonly id: string;
  readonly items: readonly OutlineItem[];
  x: number;
  /** Position of the upper edge. */
  y: number;
  readonly height: number;
}

export interface Point {
  x: number;
  y: number;
}

export interface Route {
  readonly from: string;
  readonly to: string;
  /** Points of a smooth line from the bottom of one box to the top of the other. */
  points: Point[];
  /** The first part of a line that continues in the next column: straight segments with corners. */
  trunk: Point[];
}

export interface Box extends Point {
  width: number;
  height: number;
}

/** Boxes, lines and frames with their positions. */
export interface Placed {
  readonly stacks: Stack[];
  readonly routes: Route[];
  readonly frames: (OutlineFrame & Box)[];
  width: number;
  height: number;
}

export const ROW = 36;
const SMALL_ROW = 19;
const GAP = 30;
const FRAME_PADDING = 12;
const FRAME_LABEL = 18;

/** Kinds of layers that are drawn as a row of the box that they follow. */
export const ATTACHED: ReadonlySet<string> = new Set(['normalization', 'activation', 'dropout']);

export const rowHeight = (index: number) => (index === 0 ? ROW : SMALL_ROW);

/** Return whether a box may be a small row under another box. */
function hangsUnder({ kind, frame }: OutlineItem, [first]: readonly OutlineItem[]): boolean {
  return ATTACHED.has(kind) && frame === first.frame && first.kind !== 'input' && first.kind !== 'block';
}

function stacksOf(outline: Outline): Stack[] {
  const { before, after } = neighbours(outline);
  const stackOf = new Map<string, { id: string; items: OutlineItem[] }>();
  for (const item of outline.items) {
    const [source, ...others] = before.get(item.id)!;
    const above = source === undefined || others.length > 0 ? undefined : stackOf.get(source);
    if (above && hangsUnder(item, above.items) && after.get(source)!.length === 1) {
      above.items.push(item);
      stackOf.set(item.id, above);
    } else stackOf.set(item.id, { id: item.id, items: [item] });
  }
  return [...new Set(stackOf.values())].map(({ id, items }) => ({
    ...{ id, items, x: 0, y: 0 },
    height: items.reduce((height, _, index) => height + rowHeight(index), 0),
  }));
}

/** Position every box from top to bottom with dagre's layered layout. @param width width of every box */
export function placeOutline(outline: Outline, width: number): Placed {
  const stacks = stacksOf(outline);
  const stackOf = new Map(stacks.flatMap((stack) => stack.items.map(({ id }) => [id, stack] as const)));
  const graph = new Graph({ compound: outline.frames.length > 0 });
  graph.setGraph({ rankdir: 'TB', nodesep: 22, ranksep: GAP, edgesep: 12 });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const { id } of outline.frames) graph.setNode(`frame ${id}`, {});
  for (const { id, parent } of outline.frames) if (parent !== null) graph.setParent(`frame ${id}`, `frame ${parent}`);
  for (const { id, height, items } of stacks) {
    graph.setNode(id, { width, height });
    if (items[0].frame !== null) graph.setParent(id, `frame ${items[0].frame}`);
  }
  for (const { from, to } of outline.links) {
    const [source, target] = [stackOf.get(from)!.id, stackOf.get(to)!.id];
    if (source !== target) graph.setEdge(source, target, {});
  }
  layout(graph);
  for (const stack of stacks) {
    const { x, y } = graph.node(stack.id) as Point;
    Object.assign(stack, { x: x - width / 2, y: y - stack.height / 2 });
  }
  const routes = graph.edges().map(({ v, w }: { v: string; w: string }) => {
    const { points } = graph.edge({ v, w }) as { points: Point[] };
    return { from: v, to: w, points: points.map(({ x, y }) => ({ x, y })), trunk: [] };
  });
  routeThroughRanks(stacks, routes, width);
  const placed = { stacks, routes, frames: framesAround(outline, stacks, width), width: 0, height: 0 };
  moveToOrigin(placed, width);
  return placed;
}

/** dagre's points say where a line passes between the boxes of a row; each end of a line gets its own port. */
function routeThroughRanks(stacks: readonly Stack[], routes: readonly Route[], width: number): void {
  const position = new Map(stacks.map((stack) => [stack.id, stack]));
  for (const route of routes) {
    // dagre also puts a point halfway between rows; following these points would make waves.
    const inRows = route.points.slice(1, -1).filter((_, index) => index % 2 === 1);
    const passes = inRows.flatMap(({ x, y }) => {
      const row = stacks.filter((stack) => stack.y <= y && stack.y + stack.height >= y);
      const top = Math.min(y, ...row.map((stack) => stack.y));
      const bottom = Math.max(y, ...row.map((stack) => stack.y + stack.height));
      return [
        { x, y: top },
        { x, y: bottom },
      ];
    });
    const [source, target] = [position.get(route.from)!, position.get(route.to)!];
    route.points = [
      { x: source.x + width / 2, y: source.y + source.height },
      ...passes,
      { x: target.x + width / 2, y: target.y },
    ];
  }
  for (const { id } of stacks) {
    const leaving = routes.filter(({ from }) => from === id);
    const arriving = routes.filter(({ to }) => to === id);
    spread(
      leaving.map(({ points }) => [points[0], points[1]]),
      width,
    );
    spread(
      arriving.map(({ points }) => [points[points.length - 1], points[points.length - 2]]),
      width,
    );
  }
}

/** Spread the line ends at one edge of a box, in the order of their targets. */
function spread(ends: readonly (readonly [end: Point, next: Point])[], width: number): void {
  const step = Math.min(22, (width - 24) / ends.length);
  const sorted = [...ends].sort(([, a], [, b]) => a.x - b.x);
  for (const [index, [end]] of sorted.entries()) end.x += (index - (ends.length - 1) / 2) * step;
}

/** Draw a frame around the layers of each nested model, inner models first. */
function framesAround(outline: Outline, stacks: readonly Stack[], width: number): Placed['frames'] {
  const placed = new Map<string, OutlineFrame & Box>();
  for (const frame of [...outline.frames].reverse()) {
    const inside: Box[] = [
      ...stacks.filter(({ items }) => items[0].frame === frame.id).map((stack) => ({ ...stack, width })),
      ...[...placed.values()].filter(({ parent }) => parent === frame.id),
    ];
    if (inside.length === 0) continue;
    const left = Math.min(...inside.map(({ x }) => x)) - FRAME_PADDING;
    const top = Math.min(...inside.map(({ y }) => y)) - FRAME_PADDING - FRAME_LABEL;
    const right = Math.max(...inside.map((each) => each.x + each.width)) + FRAME_PADDING;
    const bottom = Math.max(...inside.map((each) => each.y + each.height)) + FRAME_PADDING;
    placed.set(frame.id, { ...frame, x: left, y: top, width: right - left, height: bottom - top });
  }
  return [...placed.values()].reverse();
}

function moveToOrigin(placed: Placed, width: number): void {
  const { stacks, routes, frames } = placed;
  const boxes: Box[] = [...stacks.map((stack) => ({ ...stack, width })), ...frames];
  const points = routes.flatMap((route) => route.points);
  const left = Math.min(...boxes.map(({ x }) => x), ...points.map(({ x }) => x));
  const top = Math.min(...boxes.map(({ y }) => y));
  for (const each of [...stacks, ...frames, ...points]) {
    each.x -= left;
    each.y -= top;
  }
  placed.width = Math.max(
    ...stacks.map(({ x }) => x + width),
    ...frames.map((each) => each.x + each.width),
    ...points.map(({ x }) => x),
  );
  placed.height = Math.max(...stacks.map(({ y, height }) => y + height), ...frames.map((each) => each.y + each.height));
}

import { posix } from 'node:path';
import type { Arrow } from './import-graph.js';

/** A child of a folder: one of its files, or one of its sub-folders with everything in it. */
type Child = string;

/** Rows of folders from the lowest rank to the highest. */
export type Order = readonly (readonly string[])[];

/** An arrow that breaks the rules for now: from the files under one path to those under another. */
export type Tolerated = readonly [from: string, to: string];

/**
 * Return one message for each fault in the imports. A tolerated arrow that no longer exists is a fault too: the list
 * only shrinks.
 */
export function faultsOf(arrows: readonly Arrow[], order: Order, tolerated: readonly Tolerated[] = []): string[] {
  const matches = ([from, to]: Tolerated, arrow: Arrow): boolean => isUnder(arrow.from, from) && isUnder(arrow.to, to);
  const checked = arrows.filter((arrow) => !tolerated.some((pair) => matches(pair, arrow)));
  const gone = tolerated.filter((pair) => !arrows.some((arrow) => matches(pair, arrow)));
  return [
    ...upwardArrows(checked, order),
    ...circles(checked),
    ...gone.map(([from, to]) => `src/${from} no longer imports src/${to}: remove the pair from TOLERATED`),
  ];
}

const isUnder = (path: string, place: string): boolean => path === place || path.startsWith(`${place}/`);

/** Files of `src` itself are the entries of the package and rank above every folder. */
const ENTRIES = 'entries';
const topOf = (path: string): string => (path.includes('/') ? path.slice(0, path.indexOf('/')) : ENTRIES);

function upwardArrows(arrows: readonly Arrow[], order: Order): string[] {
  const ranks = new Map(order.flatMap((row, rank) => row.map((folder) => [folder, rank] as const)));
  ranks.set(ENTRIES, order.length);
  return arrows.flatMap(({ from, to }) => {
    const [importer, imported] = [topOf(from), topOf(to)];
    const unknown = [importer, imported].find((folder) => !ranks.has(folder));
    const arrow = `src/${from} imports src/${to}`;
    if (unknown) return [`${arrow}: the folder ${unknown} has no rank in scripts/imports/order.ts`];
    if (ranks.get(importer)! >= ranks.get(imported)!) return [];
    return [
      `${arrow}: ${importer} ranks below ${imported} in scripts/imports/order.ts and may not import it, types included`,
    ];
  });
}

/**
 * Find circles between the children of each folder, of which at least one is a sub-folder. A circle of files, however
 * long, is one between the children of the innermost folder that holds them all; files of one folder may name each
 * other's types, and biome refuses circles of values.
 */
function circles(arrows: readonly Arrow[]): string[] {
  const folders = new Map<string, Map<Child, Map<Child, Arrow>>>();
  for (const arrow of arrows) {
    const [folder, from, to] = meeting(arrow);
    if (from === to) continue;
    const children = getOrMake(folders, folder, () => new Map<Child, Map<Child, Arrow>>());
    const reached = getOrMake(children, from, () => new Map<Child, Arrow>());
    if (!reached.has(to)) reached.set(to, arrow);
  }
  return [...folders].flatMap(([folder, children]) => circlesAmong(children).map((circle) => describe(folder, circle)));
}

function getOrMake<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const value = map.get(key) ?? make();
  map.set(key, value);
  return value;
}

/** Return the innermost folder that holds both ends of an arrow, and the children of it that hold one each. */
function meeting({ from, to }: Arrow): [folder: string, from: Child, to: Child] {
  const [start, end] = [from.split('/'), to.split('/')];
  let depth = 0;
  while (depth < Math.min(start.length, end.length) - 1 && start[depth] === end[depth]) depth++;
  const child = (parts: string[]): Child => parts.slice(0, depth + 1).join('/');
  return [start.slice(0, depth).join('/'), child(start), child(end)];
}

const isFile = (child: Child): boolean => /\.tsx?$/.test(child);

/** Return the shortest circle through each sub-folder that is not in one found before. */
function circlesAmong(children: ReadonlyMap<Child, ReadonlyMap<Child, Arrow>>): Arrow[][] {
  const found: Arrow[][] = [];
  const inCircle = new Set<Child>();
  for (const start of children.keys()) {
    if (inCircle.has(start) || isFile(start)) continue;
    const circle = shortestCircle(children, start);
    if (!circle) continue;
    found.push(circle.arrows);
    for (const child of circle.children) inCircle.add(child);
  }
  return found;
}

interface Circle {
  readonly children: readonly Child[];
  readonly arrows: Arrow[];
}

function shortestCircle(children: ReadonlyMap<Child, ReadonlyMap<Child, Arrow>>, start: Child): Circle | undefined {
  const paths: Circle[] = [{ children: [start], arrows: [] }];
  const met = new Set<Child>();
  for (const path of paths) {
    for (const [to, arrow] of children.get(path.children.at(-1)!) ?? []) {
      const longer = { children: [...path.children, to], arrows: [...path.arrows, arrow] };
      if (to === start) return longer;
      if (!met.has(to)) paths.push(longer);
      met.add(to);
    }
  }
  return undefined;
}

function describe(folder: string, circle: readonly Arrow[]): string {
  const steps = circle.map(({ from, to }) => `src/${from} imports src/${to}`).join(', ');
  return `${steps}: a circle in ${posix.join('src', folder)}, where sub-folders may be imported one way only, types included`;
}

import { neighbours, type Outline, type OutlineItem } from './model-outline.js';

/** Maximum size of a folded region: without it, a network whose last layers read its first would become one box. */
const LARGEST_BLOCK = 40;

/**
 * Fold each block into one box.
 * @param fold true: residual and inception blocks, found where branches split and merge; or a list of
 * layer name prefixes
 */
export function foldBlocks(outline: Outline, fold: true | readonly string[]): Outline {
  const blocks = fold === true ? parallelBlocks(outline) : blocksByPrefix(outline, fold);
  const blockOf = new Map(blocks.flatMap((block) => block.ids.map((id) => [id, block] as const)));
  const place = (id: string) => blockOf.get(id)?.item.id ?? id;
  const items: OutlineItem[] = [];
  for (const item of outline.items) {
    const block = blockOf.get(item.id);
    if (!block) items.push(item);
    else if (block.ids[0] === item.id) items.push(block.item);
  }
  const links = new Map<string, Outline['links'][number]>();
  for (const link of outline.links) {
    const [from, to] = [place(link.from), place(link.to)];
    if (from !== to) links.set(`${from}\n${to}`, { from, to });
  }
  return { items, links: [...links.values()], frames: outline.frames };
}

interface Block {
  /** Its boxes, in order. */
  readonly ids: readonly string[];
  /** The box that replaces them. */
  readonly item: OutlineItem;
}

function blocksByPrefix({ items }: Outline, prefixes: readonly string[]): Block[] {
  return prefixes.flatMap((prefix) => {
    const members = items.filter(({ name }) => name.startsWith(prefix));
    if (members.length < 2) return [];
    const name = prefix.replace(/[^A-Za-z0-9]+$/, '');
    return [blockOf(members, members[members.length - 1], name, 'block')];
  });
}

/** Find the regions between a split into branches and the merge that ends them: largest first, without overlap. */
function parallelBlocks(outline: Outline): Block[] {
  const { before, after } = neighbours(outline);
  const order = outline.items.map(({ id }) => id);
  const byId = new Map(outline.items.map((item) => [item.id, item]));
  const dominators = immediateDominators(order, before);
  const taken = new Set<string>();
  const blocks: Block[] = [];
  for (const id of [...order].reverse()) {
    const join = byId.get(id)!;
    if (join.kind !== 'merge' || taken.has(id) || before.get(id)!.length === 0) continue;
    const fork = dominators.get(id);
    if (!fork) continue;
    const region = regionBetween(fork, id, before);
    const [next, ...others] = after.get(id)!;
    const closing = next && others.length === 0 && byId.get(next)!.kind === 'activation' ? byId.get(next)! : null;
    if (closing && before.get(next)!.length === 1) region.add(next);
    const end = closing ?? join;
    const leaks = [...region].some((each) => each !== end.id && after.get(each)!.some((to) => !region.has(to)));
    const members = outline.items.filter((item) => region.has(item.id));
    const mixed = members.some(({ frame, id: each }) => frame !== join.frame || taken.has(each));
    if (leaks || mixed || members.length < 3 || members.length > LARGEST_BLOCK) continue;
    for (const each of region) taken.add(each);
    const kind = join.title.startsWith('Concatenate') ? 'inception block' : 'residual block';
    blocks.push(blockOf(members, end, blockName(members, join), kind));
  }
  return blocks;
}

/**
 * Return the common first words of the chosen names, else the merge's name, else the first name without its last word.
 */
function blockName(members: readonly OutlineItem[], join: OutlineItem): string {
  const names = members.filter(({ named }) => named).map(({ name }) => name);
  if (names.length === 0) return join.name;
  let [common] = names;
  for (const name of names) while (!name.startsWith(common)) common = common.slice(0, -1);
  const insideWord = names.some((name) => /^[A-Za-z0-9]{2}$/.test(name.slice(common.length - 1, common.length + 1)));
  if (insideWord) common = common.replace(/[A-Za-z0-9]+$/, '');
  common = common.replace(/[^A-Za-z0-9]+$/, '');
  return common || (join.named ? join.name : names[0].replace(/_[^_]*$/, ''));
}

function blockOf(members: readonly OutlineItem[], end: OutlineItem, name: string, kind: string): Block {
  const sum = (of: (item: OutlineItem) => number) => members.reduce((total, item) => total + of(item), 0);
  const layers = sum((item) => item.layers);
  const item: OutlineItem = {
    ...{ id: `fold:${end.id}`, name: `${kind}, ${layers} layers`, named: true, kind: 'block', title: name },
    ...{ shape: end.shape, parameters: sum(({ parameters }) => parameters), layers, frame: end.frame },
  };
  return { ids: members.map(({ id }) => id), item };
}

/**
 * Return the last box on every path from the inputs to a box (its immediate dominator), if there is one.
 * @see Cooper, Harvey and Kennedy, "A Simple, Fast Dominance Algorithm" (2001); one pass is enough without cycles
 */
function immediateDominators(order: readonly string[], before: ReadonlyMap<string, readonly string[]>) {
  const rank = new Map(order.map((id, index) => [id, index]));
  const dominators = new Map<string, string | null>();
  const meet = (a: string | null, b: string | null): string | null => {
    while (a !== b) {
      if (a === null || b === null) return null;
      if (rank.get(a)! > rank.get(b)!) a = dominators.get(a) ?? null;
      else b = dominators.get(b) ?? null;
    }
    return a;
  };
  for (const id of order) {
    const sources = before.get(id)!;
    dominators.set(id, sources.length === 0 ? null : sources.reduce<string | null>(meet, sources[0]));
  }
  return dominators;
}

/** Return the end and every box on a path from the start to it. */
function regionBetween(start: string, end: string, before: ReadonlyMap<string, readonly string[]>): Set<string> {
  const region = new Set([end]);
  const waiting = [end];
  while (waiting.length > 0) {
    for (const source of before.get(waiting.pop()!)!) {
      if (source === start || region.has(source)) continue;
      region.add(source);
      waiting.push(source);
    }
  }
  return region;
}

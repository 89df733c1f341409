import { FormatError } from '../../base/errors.js';
import type { GraphDefNode } from './graph-def.js';
import { isKnownOp } from './ops/index.js';

/* What is known of a graph before it runs: which loop each node belongs to, and whether all of it is straight. */

/** Ops that `evaluate` runs itself. */
const CONTROL = new Set(['Switch', 'Merge', 'Enter', 'Exit', 'NextIteration', 'LoopCond', 'RefSwitch', 'RefMerge']);
const SOURCES = new Set(['Placeholder', 'PlaceholderWithDefault', 'Const']);

/** Ops whose outputs' shapes, or whether they run at all, depend on values. */
const DYNAMIC =
  /^(Switch|Merge|Enter|Exit|NextIteration|LoopCond|Where|Unique|NonMaxSuppression|TensorList|EmptyTensorList|TensorArray)/;

export interface Structure {
  readonly nodes: ReadonlyMap<string, GraphDefNode>;
  /** Loops around the values of a node, joined by `/`; empty outside all. An Exit gives its value to the outside. */
  readonly placeOf: ReadonlyMap<string, string>;
  /** The loop that an Exit node ends. */
  readonly loopOf: (exit: GraphDefNode) => Loop;
  readonly isStatic: boolean;
}

export interface Loop {
  readonly name: string;
  readonly condition: GraphDefNode;
  readonly exits: readonly GraphDefNode[];
  /** The variables of the loop: their values in an iteration, before the first one, and what the next one reads. */
  readonly variables: readonly { readonly merge: GraphDefNode; readonly enter: string; readonly next: string }[];
}

/** @throws FormatError naming every op that is not supported, or a loop that is none */
export function structureOf(
  nodes: ReadonlyMap<string, GraphDefNode>,
  needed: readonly string[],
  file: string,
): Structure {
  const used = reachable(nodes, needed);
  assertSupported(used, file);
  const loopsOf = findLoops(nodes, used);
  const loops = new Map<string, Loop>();
  for (const name of new Set(used.map((node) => loopsOf.get(node.name)!.join('/')))) {
    const members = used.filter((node) => loopsOf.get(node.name)!.join('/') === name);
    if (name !== '') loops.set(name, loopFrom(name, members, nodes, file));
  }
  const placeOf = new Map<string, string>();
  for (const { name, op } of used) {
    const around = loopsOf.get(name)!;
    placeOf.set(name, (op === 'Exit' ? around.slice(0, -1) : around).join('/'));
  }
  return {
    nodes,
    placeOf,
    loopOf: ({ name }) => loops.get(loopsOf.get(name)!.join('/'))!,
    isStatic: !used.some(({ op }) => DYNAMIC.test(op)),
  };
}

function loopFrom(
  name: string,
  members: readonly GraphDefNode[],
  nodes: ReadonlyMap<string, GraphDefNode>,
  file: string,
): Loop {
  const condition = members.find(({ op }) => op === 'LoopCond');
  if (!condition) throw new FormatError(`${file}: loop ${name} has no condition`);
  const variables = members.flatMap((merge) => {
    if (merge.op !== 'Merge') return [];
    const inputOf = (op: string) => merge.inputs.find(({ node }) => nodes.get(node)!.op === op)?.node;
    const [enter, next] = [inputOf('Enter'), inputOf('NextIteration')];
    return enter && next ? [{ merge, enter, next }] : [];
  });
  return { name, condition, variables, exits: members.filter(({ op }) => op === 'Exit') };
}

/** The nodes that the outputs depend on. */
function reachable(nodes: ReadonlyMap<string, GraphDefNode>, names: readonly string[]): GraphDefNode[] {
  const found = new Set<string>();
  const left = [...names];
  for (let name = left.pop(); name !== undefined; name = left.pop()) {
    if (found.has(name)) continue;
    found.add(name);
    const { inputs, controls } = nodes.get(name)!;
    left.push(...[...inputs, ...controls].map(({ node }) => node));
  }
  return [...found].map((name) => nodes.get(name)!);
}

function assertSupported(nodes: readonly GraphDefNode[], file: string): void {
  const counts = new Map<string, number>();
  for (const { op } of nodes) {
    if (!CONTROL.has(op) && !SOURCES.has(op) && !isKnownOp(op)) counts.set(op, (counts.get(op) ?? 0) + 1);
  }
  if (counts.size === 0) return;
  const list = [...counts].map(([op, count]) => (count > 1 ? `${op} (${count} nodes)` : op));
  throw new FormatError(`${file}: ops that are not supported: ${list.sort().join(', ')}`);
}

/** Loops within loops; more of them are forged. */
const DEEPEST = 16;

/** An Enter node begins a loop, an Exit node leaves it; any other node is where the innermost of its inputs is. */
function findLoops(
  nodes: ReadonlyMap<string, GraphDefNode>,
  used: readonly GraphDefNode[],
): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, readonly string[]>();
  const consumers = new Map<string, GraphDefNode[]>(used.map(({ name }) => [name, []]));
  for (const node of used) {
    for (const ref of [...node.inputs, ...node.controls]) consumers.get(ref.node)!.push(node);
  }
  const left: string[] = [];
  const settle = (name: string, loops: readonly string[]): void => {
    const before = found.get(name);
    if (before && before.length >= loops.length) return;
    // A loop that enters itself would never settle.
    if (loops.length > DEEPEST) throw new FormatError(`${nodes.get(name)!.caller}: in over ${DEEPEST} loops`);
    found.set(name, loops);
    left.push(name);
  };
  for (const { name } of used) settle(name, []);
  // The list grows while it is walked.
  for (const name of left) {
    const loops = found.get(name)!;
    const after = nodes.get(name)!.op === 'Exit' ? loops.slice(0, -1) : loops;
    for (const consumer of consumers.get(name)!) {
      const isEnter = consumer.op === 'Enter';
      const inside = isEnter ? [...after, consumer.attributes.text('frame_name')] : after;
      settle(consumer.name, inside);
    }
  }
  return found;
}

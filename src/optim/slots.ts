import { ValueError } from '../base/errors.js';
import { formatShape, sameShape } from '../base/shape.js';
import { cast } from '../ops/cast.js';
import { clone } from '../ops/reshape.js';
import { dispose, keep, tidy } from '../tensor/scope.js';
import type { Tensor } from '../tensor/tensor.js';
import { type Variable, variable } from '../tensor/variable.js';

/** A tensor with a name. */
export interface NamedTensor {
  readonly name: string;
  readonly tensor: Tensor;
}

/** One tensor of an optimizer's state for a weight: a moment, a velocity. */
export interface Slot {
  readonly weight: Variable;
  /** Keras's name for it: `momentum`. */
  readonly slot: string;
  readonly value: Tensor;
}

/** The outcome of `restore`, slot by slot: `dense/kernel/momentum`. */
export interface SlotReport {
  /** Slots that were set. */
  readonly loaded: readonly string[];
  /** Slots of the optimizer that were not given: they are unchanged, new ones have their initial value. */
  readonly missing: readonly string[];
  /** Reasons why values were skipped. */
  readonly skipped: readonly string[];
}

interface Layout {
  /** Keras's names of the slots that any optimizer may have, which come before all others, weight by weight. */
  readonly common: readonly string[];
  /** Keras's names of the slots of the class, in their order. */
  readonly names: readonly string[];
  /** The first value of a slot. It is called in a `tidy`. */
  initial(slot: string, weight: Variable): Tensor;
  /** Whether Keras 3 lists the slots of the class kind by kind; else weight by weight. */
  readonly byKind: boolean;
}

interface WeightSlots {
  readonly common: readonly Variable[];
  readonly own: readonly Variable[];
}

const nameOf = ({ weight, slot }: { readonly weight: Variable; readonly slot: string }) => `${weight.name}/${slot}`;

/** Pair slots with values by name, or by order if no name matches and the counts do; `rest` are unpaired values. */
function pairUp(slots: readonly Slot[], values: readonly NamedTensor[]) {
  const byName = new Map<string, Slot[]>();
  for (const slot of slots) byName.set(nameOf(slot), [...(byName.get(nameOf(slot)) ?? []), slot]);
  const targets = values.map(({ name }) => byName.get(name)?.shift());
  const isOrdered = targets.every((target) => !target) && values.length === slots.length;
  const found = isOrdered ? slots : targets;
  const pairs = values.flatMap(({ tensor }, index): [Variable, Tensor][] => {
    const slot = found[index];
    return slot ? [[slot.value as Variable, tensor]] : [];
  });
  return { pairs, rest: values.filter((_, index) => !found[index]) };
}

/** The slots of an optimizer. Each belongs to a weight, whatever else is added, removed or frozen. */
export class Slots {
  private readonly byWeight = new Map<Variable, WeightSlots>();
  /** Values by name, for weights that the optimizer has not seen yet. */
  private pending: readonly NamedTensor[] = [];

  /** @param optimizer for messages */
  constructor(
    private readonly optimizer: string,
    private readonly layout: () => Layout,
  ) {}

  /** The slots of the class for a weight that was passed to `build`, in the order of their names. */
  of(weight: Variable): readonly Variable[] {
    return this.byWeight.get(weight)!.own;
  }

  /** The slot of this name of a weight that `build` has seen; undefined where there is none. */
  named(weight: Variable, slot: string): Variable | undefined {
    const { common, names } = this.layout();
    const slots = this.byWeight.get(weight)!;
    return slots.common[common.indexOf(slot)] ?? slots.own[names.indexOf(slot)];
  }

  /** Pairs of each living weight and its slot of a name. @param weights default all */
  pairs(slot: string, weights: Iterable<Variable> = this.byWeight.keys()): [weight: Variable, slot: Variable][] {
    return [...weights].flatMap((weight): [Variable, Variable][] => {
      if (weight.isDisposed || !this.byWeight.has(weight)) return [];
      const value = this.named(weight, slot);
      return value ? [[weight, value]] : [];
    });
  }

  /** Create the slots of weights that have none yet. */
  build(weights: Iterable<Variable>): void {
    let added: Variable[] | null = null;
    for (const weight of weights) {
      if (this.byWeight.has(weight)) continue;
      const { common, names, initial } = this.layout();
      const create = (slot: string) => tidy(() => variable(initial(slot, weight), false));
      this.byWeight.set(weight, { common: common.map(create), own: names.map(create) });
      (added ??= []).push(weight);
    }
    if (!added) return;
    this.dropDisposed();
    if (this.pending.length > 0) this.assignPending(added);
  }

  /** Slots in Keras 3's order. @param weights default all */
  list(weights: Iterable<Variable> = this.byWeight.keys()): (Slot & { readonly value: Variable })[] {
    const { common, names, byKind } = this.layout();
    const known = [...weights].filter((weight) => this.byWeight.has(weight));
    const listed = (slots: readonly string[]) =>
      known.flatMap((weight) => slots.map((slot) => ({ weight, slot, value: this.named(weight, slot)! })));
    return [...listed(common), ...(byKind ? names.flatMap((name) => listed([name])) : listed(names))];
  }

  restore(given: readonly Slot[]): SlotReport {
    this.build(new Set(given.map(({ weight }) => weight)));
    const loaded = new Set<Variable>();
    const skipped: string[] = [];
    for (const each of given) {
      const slot = this.named(each.weight, each.slot);
      if (!slot) skipped.push(`${nameOf(each)}: ${this.optimizer} has no such slot`);
      else if (!sameShape(slot.shape, each.value.shape)) {
        skipped.push(`${nameOf(each)} is ${formatShape(each.value.shape)}, expected ${formatShape(slot.shape)}`);
      } else {
        tidy(() => slot.assign(cast(each.value, slot.dtype)));
        loaded.add(slot);
      }
    }
    const all = this.list();
    const names = (wanted: boolean) => all.filter(({ value }) => loaded.has(value) === wanted).map(nameOf);
    return { loaded: names(true), missing: names(false), skipped };
  }

  /**
   * Set all slots by their names; where none of the names is known, as those of another model's weights, by their
   * order. Before the first `build` the values wait, copied, for the weights that they belong to.
   * @throws ValueError when a name is unknown or missing @throws ShapeError
   */
  assign(values: readonly NamedTensor[]): void {
    if (this.byWeight.size === 0) {
      dispose(this.pending);
      this.pending = values.map(({ name, tensor }) => ({ name, tensor: keep(clone(tensor)) }));
      return;
    }
    const slots = this.list();
    const { pairs, rest } = pairUp(slots, values);
    const wrong = rest.length > 0 ? rest.map(({ name }) => name) : slots.map(nameOf);
    if (rest.length > 0 || pairs.length < slots.length) {
      throw new ValueError(
        `${this.optimizer}: ${values.length} slots given, expected ${slots.length}; ` +
          `${rest.length > 0 ? 'unknown' : 'known'} are ${wrong.join(', ')}`,
      );
    }
    for (const [slot, tensor] of pairs) slot.assign(tensor);
  }

  private assignPending(added: readonly Variable[]): void {
    const { pairs, rest } = pairUp(this.list(added), this.pending);
    if (pairs.length === 0) {
      const given = this.pending.map(({ name }) => name).join(', ');
      throw new ValueError(
        `${this.optimizer}: given ${given}, expected slots of ${added.map((w) => w.name).join(', ')}`,
      );
    }
    for (const [slot, tensor] of pairs) slot.assign(tensor);
    dispose(this.pending.filter((each) => !rest.includes(each)));
    this.pending = rest;
  }

  /** Free the slots of disposed weights. */
  private dropDisposed(): void {
    for (const [weight, slots] of this.byWeight) {
      if (!weight.isDisposed) continue;
      dispose([...slots.common, ...slots.own]);
      this.byWeight.delete(weight);
    }
  }

  dispose(): void {
    for (const { common, own } of this.byWeight.values()) dispose([...common, ...own]);
    this.byWeight.clear();
    dispose(this.pending);
    this.pending = [];
  }
}

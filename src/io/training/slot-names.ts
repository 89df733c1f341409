import { ACCUMULATOR } from '../../optim/accumulation.js';
import { AVERAGE } from '../../optim/averaging.js';
import type { Optimizer } from '../../optim/optimizer.js';

/*
 * Names of optimizer slots in files. Sources: `optimizers` of Keras 2.0 to 3, `optimizer_v2` and
 * `optimizer_experimental` of TensorFlow, `optimizers` of tfjs 4.22.
 *
 * - `Adam/dense/kernel/m:0`: TensorFlow 1 and Keras 2.4 to 2.10; with `training/` before it when `fit` made it
 * - `Adam/m/dense/kernel:0`: Keras 2.11 to 2.15
 * - `adam/dense_kernel_momentum`: Keras 3
 * - `dense/kernel_2/m`: tfjs, which numbers variables with the same name
 * - `training/Adam/Variable_3:0`, `m_3`: Keras before tf.keras; these do not identify the weight
 */

/** Keras 3's names of slots, by their names in other formats. */
const ALIASES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  Adadelta: {
    accum_grad: 'accumulated_grad',
    accum_var: 'accumulated_delta_var',
    accumulated_delta_var: 'accumulated_delta_var',
  },
  Adagrad: {},
  Adam: { m: 'momentum', v: 'velocity', vhat: 'velocity_hat' },
  Adamax: { m: 'momentum', u: 'norm', v: 'norm' },
  AdamW: { m: 'momentum', v: 'velocity', vhat: 'velocity_hat' },
  Nadam: { m: 'momentum', v: 'velocity' },
  RMSprop: { rms: 'velocity', mg: 'average_gradient' },
  SGD: { m: 'momentum' },
};

/** A parsed name of a slot. */
export interface SlotName {
  readonly weight: string;
  /** Keras 3's name for the slot. */
  readonly slot: string;
}

/** Interpret the name of an optimizer's array: a count, a rate or a slot; null if the name does not identify it. */
export function parseSlotName(name: string, optimizer: Optimizer): 'iteration' | 'learning_rate' | SlotName | null {
  const plain = name.replace(/:\d+$/, '');
  const parts = plain.split('/');
  const last = parts.at(-1)!;
  if (/^(iterations?|iter)$/.test(last)) return 'iteration';
  if (/^(learning_rate|lr)$/.test(last)) return 'learning_rate';
  if (parts.length < 2) return null;
  const known = knownSlots(optimizer);
  const final = known.get(last);
  if (final) return { weight: parts.slice(0, -1).join('/'), slot: final };
  const second = known.get(parts[1]);
  if (second && parts.length > 2) return { weight: parts.slice(2).join('/'), slot: second };
  return null;
}

function knownSlots({ className }: Optimizer): Map<string, string> {
  const aliases = ALIASES[className] ?? {};
  const own = [...(SLOTS[className] ?? []), AVERAGE, ACCUMULATOR];
  return new Map([...own.map((name): [string, string] => [name, name]), ...Object.entries(aliases)]);
}

const SLOTS: Readonly<Record<string, readonly string[]>> = {
  Adadelta: ['accumulated_grad', 'accumulated_delta_var'],
  Adafactor: ['r', 'c', 'velocity'],
  Adagrad: ['accumulator'],
  Adam: ['momentum', 'velocity', 'velocity_hat'],
  Adamax: ['momentum', 'norm'],
  AdamW: ['momentum', 'velocity', 'velocity_hat'],
  Ftrl: ['accumulator', 'linear'],
  Lamb: ['momentum', 'velocity'],
  LARS: ['momentum'],
  Lion: ['momentum'],
  Nadam: ['momentum', 'velocity'],
  RMSprop: ['velocity', 'momentum', 'average_gradient'],
  SGD: ['momentum'],
};

/**
 * Find the slot of a flat name of Keras 3: `adam/sequential_dense_kernel_momentum`. Of the candidates, the
 * longest matches; null if there is none.
 */
export function flatSlotName(name: string, slots: readonly SlotName[]): SlotName | null {
  const plain = name.slice(name.indexOf('/') + 1);
  let best: SlotName | null = null;
  let length = 0;
  for (const slot of slots) {
    const flat = `${slot.weight}/${slot.slot}`.replaceAll('/', '_');
    if (flat.length <= length || !(plain === flat || plain.endsWith(`_${flat}`))) continue;
    best = slot;
    length = flat.length;
  }
  return best;
}

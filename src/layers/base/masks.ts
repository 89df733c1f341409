import { withoutRecording } from '../../ops/op.js';
import { keep } from '../../tensor/scope.js';
import { handleOf, type Tensor } from '../../tensor/tensor.js';
import { asList, type OneOrMany } from './inputs.js';

/*
 * Masks mark the valid steps of a sequence: bool [batch, time]. A layer that creates one attaches it to its output, and
 * later layers pass it on, as in Keras. A mask is freed with the tensor that carries it.
 */

/** A mask for each input or output; null where every step counts. */
export type Masks = OneOrMany<Tensor | null>;

/** Return the mask that a layer attached to a tensor; null where every step counts. */
export const maskOf = (x: Tensor): Tensor | null => x.companion;

/** The masks of one input, or of a list; null if no input has one. */
export function masksOf(inputs: OneOrMany<Tensor>): Masks {
  if (!Array.isArray(inputs)) return maskOf(inputs as Tensor);
  const masks = inputs.map(maskOf);
  return masks.some((mask) => mask !== null) ? masks : null;
}

/** The mask of a layer that takes one. */
export const firstMask = (masks: Masks): Tensor | null => (asList(masks)[0] as Tensor | null | undefined) ?? null;

/** Let a tensor carry a mask, in place of the one that it has. */
export function attachMask(x: Tensor, mask: Tensor | null): void {
  const before = x.companion;
  x.companion = mask && keep(handleOf(mask));
  before?.dispose();
}

/** Attach the masks of a call to its inputs; inputs that already carry a mask are passed on unchanged. */
export function withMasks(inputs: readonly Tensor[], masks: Masks | undefined): readonly Tensor[] {
  const list = asList<Tensor | null>(masks ?? null);
  return inputs.map((x, index) => {
    const mask = list[index] ?? null;
    if (mask === null || x.companion) return x;
    const carrier = handleOf(x);
    attachMask(carrier, mask);
    return carrier;
  });
}

/** The part of a layer that propagation asks. */
interface MaskingLayer {
  readonly supportsMasking: boolean;
  describe(): string;
  computeMask(inputs: OneOrMany<Tensor>, masks: Masks): Masks;
}

/** Layers for which a warning was printed. */
const warned = new WeakSet<MaskingLayer>();

/**
 * Attach to the outputs of a layer the masks that it computes. Outputs that carry a mask already keep it: those of
 * models, whose layers have done this.
 */
export function propagateMasks(
  layer: MaskingLayer,
  inputs: OneOrMany<Tensor>,
  masks: Masks,
  outputs: OneOrMany<Tensor>,
): void {
  const list = asList(outputs);
  if (list.some((output) => output.companion)) return;
  const computed = withoutRecording(() => asList(layer.computeMask(inputs, masks)));
  for (const [index, mask] of computed.entries()) if (mask && list[index]) attachMask(list[index], mask);
  if (masks === null || layer.supportsMasking || warned.has(layer)) return;
  warned.add(layer);
  console.warn(
    `${layer.describe()}: its input carries a mask, which the layer does not pass on: later layers use every step`,
  );
}

import { plainName } from '../../base/names.js';
import type { Layer } from '../../layers/base/layer.js';
import type { SymbolicShape, SymbolicTensor } from '../../layers/base/symbolic.js';
import type { Model } from '../../models/model.js';
import { type LayerKind, layerDetail, layerKind } from './layer-kinds.js';

/** One box of the picture: a call of a layer, or a folded block. */
export interface OutlineItem {
  readonly id: string;
  readonly title: string;
  readonly name: string;
  /** Whether a user chose the name. */
  readonly named: boolean;
  readonly kind: LayerKind;
  /** `56×56×64`; several outputs are listed. */
  readonly shape: string;
  readonly parameters: number;
  readonly layers: number;
  /** The frame of the nested model that contains it. */
  readonly frame: string | null;
}

export interface OutlineLink {
  readonly from: string;
  readonly to: string;
}

/** A nested model, drawn around its layers. */
export interface OutlineFrame {
  readonly id: string;
  readonly label: string;
  readonly parent: string | null;
}

/** The boxes, lines and frames of a model, before layout. */
export interface Outline {
  readonly items: readonly OutlineItem[];
  readonly links: readonly OutlineLink[];
  readonly frames: readonly OutlineFrame[];
}

/** Recognized by properties rather than by class, so that plots do not import models. */
const asModel = (layer: Layer): Model | null => ('isGraph' in layer && layer.isGraph ? (layer as Model) : null);

const shapeText = (shape: SymbolicShape): string =>
  shape
    .slice(1)
    .map((size) => size ?? '?')
    .join('×');

const AUTOMATIC = /^[a-z0-9]+(?:_[a-z]+[a-z0-9]*)*(?:_\d+)?$/;

/** Return whether a name is the default name of the class. */
function isAutomatic({ name, className }: Layer): boolean {
  return AUTOMATIC.test(name) && plainName(name.replace(/_\d+$/, '')) === plainName(className.replace(/Layer$/, ''));
}

/** List the calls of a model and the tensors between them. @param nested whether to open nested models */
export function outlineOf(model: Model, nested: boolean): Outline {
  const items: OutlineItem[] = [];
  const links: OutlineLink[] = [];
  const frames: OutlineFrame[] = [];

  const addItem = (layer: Layer, id: string, shapes: readonly SymbolicTensor[], frame: string | null) => {
    const detail = layerDetail(layer);
    items.push({
      id,
      title: detail ? `${layer.className} ${detail}` : layer.className,
      name: layer.name,
      named: !isAutomatic(layer),
      kind: layerKind(layer.className),
      shape: shapes.map(({ shape }) => shapeText(shape)).join(', '),
      parameters: layer.countParams(),
      layers: 1,
      frame,
    });
  };

  /**
   * @param sources the box that computes each tensor; already contains the model's inputs
   * @returns the boxes that compute its outputs
   */
  const walk = (each: Model, prefix: string, frame: string | null, sources: Map<SymbolicTensor, string>): string[] => {
    for (const { layer, inputs, outputs, callIndex } of each.graph.nodes) {
      const id = `${prefix}${layer.name}:${callIndex}`;
      const from = [...new Set(inputs.map((tensor) => sources.get(tensor)!))];
      const inner = nested ? asModel(layer) : null;
      if (inner) {
        frames.push({ id, label: layer.name, parent: frame });
        const innerSources = new Map(inner.inputs.map((tensor, index) => [tensor, sources.get(inputs[index])!]));
        const results = walk(inner, `${id}/`, id, innerSources);
        for (const [index, tensor] of outputs.entries()) sources.set(tensor, results[index]);
        continue;
      }
      addItem(layer, id, outputs, frame);
      for (const source of from) links.push({ from: source, to: id });
      for (const tensor of outputs) sources.set(tensor, id);
    }
    return each.outputs.map((tensor) => sources.get(tensor)!);
  };

  const sources = new Map<SymbolicTensor, string>();
  for (const tensor of model.inputs) {
    const { layer } = tensor.node;
    sources.set(tensor, layer.name);
    addItem(layer, layer.name, [tensor], null);
  }
  walk(model, '', null, sources);
  return { items, links, frames };
}

/** Map each box to the boxes before and after it. */
export function neighbours({ items, links }: Outline) {
  const before = new Map<string, string[]>(items.map(({ id }) => [id, []]));
  const after = new Map<string, string[]>(items.map(({ id }) => [id, []]));
  for (const { from, to } of links) {
    before.get(to)!.push(from);
    after.get(from)!.push(to);
  }
  return { before, after };
}

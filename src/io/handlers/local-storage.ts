import { FormatError, ValueError } from '../../base/errors.js';
import { infoOf, type ModelArtifacts, type ModelArtifactsInfo, weightBytes } from './artifacts.js';
import type { ModelStore } from './store.js';

/* Uses tfjs's keys, so that either package can read models saved by the other. Browsers allow about 5 MiB per site. */

const SCHEME = 'localstorage://';
const ROOT = 'tensorflowjs_models';
const PARTS = ['info', 'model_topology', 'weight_specs', 'weight_data', 'model_metadata'] as const;

const keyOf = (name: string, part: (typeof PARTS)[number]): string => `${ROOT}/${name}/${part}`;

function storage(): Storage {
  if (typeof localStorage === 'object' && localStorage) return localStorage;
  throw new ValueError(`${SCHEME}: localStorage is not available`);
}

function infoIn(text: string): ModelArtifactsInfo {
  const info = JSON.parse(text) as ModelArtifactsInfo;
  return { ...info, dateSaved: new Date(info.dateSaved) };
}

async function save(name: string, artifacts: ModelArtifacts) {
  const store = storage();
  const info = infoOf(artifacts);
  const { modelTopology, weightSpecs, weightData: _, ...metadata } = artifacts;
  const values = {
    info: JSON.stringify(info),
    model_topology: JSON.stringify(modelTopology),
    weight_specs: JSON.stringify(weightSpecs ?? []),
    weight_data: toBase64(weightBytes(artifacts)),
    model_metadata: JSON.stringify(metadata),
  };
  const before = PARTS.map((part) => [part, store.getItem(keyOf(name, part))] as const);
  try {
    for (const part of PARTS) store.setItem(keyOf(name, part), values[part]);
  } catch (error) {
    // The previous model remains complete.
    for (const part of PARTS) store.removeItem(keyOf(name, part));
    for (const [part, value] of before) if (value !== null) store.setItem(keyOf(name, part), value);
    throw new FormatError(
      `${SCHEME}${name}: ${values.weight_data.length} characters of weights do not fit; use indexeddb://`,
      { cause: error },
    );
  }
  return { modelArtifactsInfo: info };
}

async function load(name: string): Promise<ModelArtifacts> {
  const store = storage();
  const read = (part: (typeof PARTS)[number]): string => {
    const value = store.getItem(keyOf(name, part));
    if (value === null) throw new FormatError(`${SCHEME}${name}: there is no ${part} of this model`);
    return value;
  };
  return {
    ...JSON.parse(read('model_metadata')),
    modelTopology: JSON.parse(read('model_topology')),
    weightSpecs: JSON.parse(read('weight_specs')),
    weightData: fromBase64(read('weight_data')).buffer,
  };
}

/** Convert bytes to a string, in chunks that fit into the arguments of a call. */
function toBase64(bytes: Uint8Array): string {
  const PIECE = 2 ** 14;
  let text = '';
  for (let at = 0; at < bytes.length; at += PIECE) text += String.fromCharCode(...bytes.subarray(at, at + PIECE));
  return btoa(text);
}

const fromBase64 = (text: string): Uint8Array<ArrayBuffer> => Uint8Array.from(atob(text), (each) => each.charCodeAt(0));

/** Models in the page's localStorage. */
export const localStorageModels: ModelStore = {
  scheme: SCHEME,
  handler: (name) => ({ save: (artifacts) => save(name, artifacts), load: () => load(name) }),
  async list() {
    const store = storage();
    const keys = Array.from({ length: store.length }, (_, i) => store.key(i)!);
    const names = keys.flatMap((key) => new RegExp(`^${ROOT}/(.+)/info$`).exec(key)?.[1] ?? []);
    return Object.fromEntries(names.map((name) => [name, infoIn(store.getItem(keyOf(name, 'info'))!)]));
  },
  async remove(name) {
    const store = storage();
    const info = store.getItem(keyOf(name, 'info'));
    if (info === null) return null;
    for (const part of PARTS) store.removeItem(keyOf(name, part));
    return infoIn(info);
  },
};

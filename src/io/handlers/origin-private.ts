import { FormatError, ValueError } from '../../base/errors.js';
import { decodeText } from '../../base/utf8.js';
import type { WeightSpec } from '../../training/options/model-artifacts.js';
import { asObject, parseJson } from '../bytes/json.js';
import {
  artifactsFrom,
  infoOf,
  type ModelArtifacts,
  type ModelArtifactsInfo,
  modelJson,
  weightBytes,
} from './artifacts.js';
import type { ModelStore } from './store.js';

/* The origin private file system (OPFS), for models that are too large for other stores. */

const SCHEME = 'opfs://';
const FOLDER = 'nabla-models';
const JSON_FILE = 'model.json';
const WEIGHTS = 'weights.bin';
const INFO = 'info.json';

async function root(): Promise<FileSystemDirectoryHandle> {
  const folder = typeof navigator === 'object' ? await navigator.storage?.getDirectory?.() : undefined;
  if (!folder) throw new ValueError(`${SCHEME}: the origin private file system is not available`);
  return folder.getDirectoryHandle(FOLDER, { create: true });
}

/** Encode any name as the name of a single folder. */
const folderName = (name: string): string => encodeURIComponent(name);

async function write(folder: FileSystemDirectoryHandle, name: string, data: string | Uint8Array): Promise<void> {
  const file = await (await folder.getFileHandle(name, { create: true })).createWritable();
  await file.write(data as Uint8Array<ArrayBuffer>);
  await file.close();
}

async function read(folder: FileSystemDirectoryHandle, name: string): Promise<Uint8Array<ArrayBuffer>> {
  const file = await (await folder.getFileHandle(name)).getFile();
  return new Uint8Array(await file.arrayBuffer());
}

async function save(name: string, artifacts: ModelArtifacts) {
  const folder = await (await root()).getDirectoryHandle(folderName(name), { create: true });
  const info = infoOf(artifacts);
  // The handle writes to a copy and replaces the file when it is closed.
  await write(folder, WEIGHTS, weightBytes(artifacts));
  await write(folder, JSON_FILE, modelJson(artifacts, [WEIGHTS]));
  await write(folder, INFO, JSON.stringify(info));
  return { modelArtifactsInfo: info };
}

async function load(name: string): Promise<ModelArtifacts> {
  const place = `${SCHEME}${name}`;
  const folder = await (await root()).getDirectoryHandle(folderName(name)).catch(() => null);
  if (!folder) throw new FormatError(`${place}: there is no such model`);
  const bytes = await read(folder, JSON_FILE);
  const json = asObject(parseJson(decodeText(bytes), { name: place }, JSON_FILE), place);
  const [group] = json.weightsManifest as { weights: WeightSpec[] }[];
  return artifactsFrom(json, group.weights, (await read(folder, WEIGHTS)).buffer);
}

async function infoIn(folder: FileSystemDirectoryHandle): Promise<ModelArtifactsInfo> {
  const info = JSON.parse(decodeText(await read(folder, INFO))) as ModelArtifactsInfo;
  return { ...info, dateSaved: new Date(info.dateSaved) };
}

/** Models in the origin private file system. */
export const originPrivateModels: ModelStore = {
  scheme: SCHEME,
  handler: (name) => ({ save: (artifacts) => save(name, artifacts), load: () => load(name) }),
  async list() {
    const models: Record<string, ModelArtifactsInfo> = {};
    // TypeScript's DOM declarations lack the iterator of a directory.
    const folder = (await root()) as unknown as { entries(): AsyncIterable<[string, FileSystemHandle]> };
    for await (const [name, entry] of folder.entries()) {
      if (entry.kind === 'directory')
        models[decodeURIComponent(name)] = await infoIn(entry as FileSystemDirectoryHandle);
    }
    return models;
  },
  async remove(name) {
    const folder = await root();
    const entry = await folder.getDirectoryHandle(folderName(name)).catch(() => null);
    if (!entry) return null;
    const info = await infoIn(entry);
    await folder.removeEntry(folderName(name), { recursive: true });
    return info;
  },
};

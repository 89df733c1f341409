import { assertText } from '../../base/arguments.js';
import { FormatError } from '../../base/errors.js';
import { nodeModule } from '../../base/node-module.js';
import { decodeText } from '../../base/utf8.js';
import type { LoadHandler, SaveHandler, WeightSpec } from '../../training/options/model-artifacts.js';
import { joined } from '../bytes/joined.js';
import { asArray, asObject, parseJson } from '../bytes/json.js';
import { writeAtomically } from '../storage/atomic-write.js';
import { assertPaths } from '../storage/node-files.js';
import { artifactsFrom, infoOf, modelJson, weightBytes } from './artifacts.js';

const WEIGHTS = 'weights.bin';

/**
 * A folder with model.json and weights.bin. The weights are written first and each file is replaced in one step.
 * @param folder its path, or that of model.json in it
 */
export function fileSystem(folder: string): SaveHandler {
  assertText('fileSystem', 'folder', folder);
  assertPaths(folder);
  const { dirname, join } = nodeModule('node:path')!;
  const json = folder.endsWith('.json') ? folder : join(folder, 'model.json');
  return {
    async save(artifacts) {
      await writeAtomically(join(dirname(json), WEIGHTS), weightBytes(artifacts));
      await writeAtomically(json, modelJson(artifacts, [WEIGHTS]));
      return { modelArtifactsInfo: infoOf(artifacts) };
    },
  };
}

const JSON_TYPE = 'application/json';

/** Download bytes under a name in the browser. */
function offer(name: string, content: BlobPart, type: string): void {
  const url = URL.createObjectURL(new Blob([content], { type }));
  const link = Object.assign(document.createElement('a'), { href: url, download: name });
  link.click();
  URL.revokeObjectURL(url);
}

/**
 * Download a model as name.json and name.weights.bin, for `model.save` in a page.
 * @throws FormatError outside pages
 */
export function browserDownloads(name = 'model'): SaveHandler {
  return {
    async save(artifacts) {
      if (typeof document !== 'object') throw new FormatError(`downloads://${name}: there is no page to download from`);
      const weights = `${name}.weights.bin`;
      offer(`${name}.json`, modelJson(artifacts, [weights]), JSON_TYPE);
      offer(weights, weightBytes(artifacts) as Uint8Array<ArrayBuffer>, 'application/octet-stream');
      return { modelArtifactsInfo: infoOf(artifacts) };
    },
  };
}

/**
 * Load files chosen by the user: model.json first, then its weights.
 * @throws FormatError when one of the files that model.json names is missing
 * @example const load = (picker: HTMLInputElement) => loadLayersModel(io.browserFiles([...picker.files!]));
 */
export function browserFiles(files: readonly File[]): LoadHandler {
  return {
    async load() {
      const [first, ...others] = files;
      if (!first) throw new FormatError('browserFiles: files is empty, expected model.json and its weights');
      const file = { name: first.name, bytes: new Uint8Array(await first.arrayBuffer()) };
      const json = asObject(parseJson(decodeText(file.bytes), file, first.name), first.name);
      const specs: WeightSpec[] = [];
      const pieces: Uint8Array[] = [];
      for (const group of asArray(json.weightsManifest ?? [], `${first.name}: weightsManifest`)) {
        const { paths, weights } = asObject(group, `${first.name}: weightsManifest`);
        specs.push(...(asArray(weights, first.name) as WeightSpec[]));
        for (const path of asArray(paths, first.name).map(String)) {
          const shard = others.find(({ name }) => name === path.slice(path.lastIndexOf('/') + 1));
          if (!shard) throw new FormatError(`${first.name}: it references ${path}, which is not among the files`);
          pieces.push(new Uint8Array(await shard.arrayBuffer()));
        }
      }
      const size = pieces.reduce((total, { length }) => total + length, 0);
      return artifactsFrom(json, specs, new Uint8Array(joined(pieces, size)).buffer);
    },
  };
}

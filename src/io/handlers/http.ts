import { FormatError } from '../../base/errors.js';
import { type Given, readOptions } from '../../base/options.js';
import { decodeText } from '../../base/utf8.js';
import type { LoadHandler, ModelArtifacts, SaveHandler, WeightSpec } from '../../training/options/model-artifacts.js';
import { joined } from '../bytes/joined.js';
import { asArray, asObject, parseJson } from '../bytes/json.js';
import { openSource, type ReadSourceOptions, SOURCE_OPTIONS } from '../storage/source.js';
import { artifactsFrom, infoOf, modelJson, weightBytes } from './artifacts.js';

/** A handler that loads through `openSource`, which supports progress and all request options. */
export interface HttpHandler extends SaveHandler, LoadHandler {
  readonly url: string;
  readonly options: ReadSourceOptions;
}

export const isHttpHandler = (value: unknown): value is HttpHandler =>
  typeof value === 'object' && value !== null && 'url' in value && 'options' in value;

/**
 * A server: a model is saved by one POST of a form with `model.json` and `model.weights.bin`, and loaded by GET of
 * model.json and its shards.
 * @param path URL
 * @param options `requestInit`, `fetchFunc`, `onProgress`, `weightPathPrefix`, `weightUrlConverter`
 * @throws FormatError when the server answers with an error
 * @example await model.save(io.http('https://example.com/upload', { requestInit: { headers: { token: 'secret' } } }));
 */
export function http(path: string, options?: Given<typeof SOURCE_OPTIONS> | null): HttpHandler {
  const read = readOptions('http', SOURCE_OPTIONS, options);
  return {
    url: path,
    options: read,
    // Loading goes through the reader of URLs, which reports the progress of shards: see openAny.
    load: () => loadFrom(path, read),
    async save(artifacts) {
      const body = new FormData();
      const weights = 'model.weights.bin';
      const json = modelJson(artifacts, [`./${weights}`]);
      body.append('model.json', new Blob([json], { type: 'application/json' }), 'model.json');
      body.append(weights, new Blob([weightBytes(artifacts) as Uint8Array<ArrayBuffer>]), weights);
      const response = await (read.fetchFunc ?? fetch)(path, { method: 'POST', ...read.requestInit, body });
      if (!response.ok) throw new FormatError(`${path}: HTTP ${response.status}, expected 200`);
      return { modelArtifactsInfo: infoOf(artifacts), responses: [response] };
    },
  };
}

/** For programs that call `load` of a handler directly. */
async function loadFrom(path: string, options: ReadSourceOptions): Promise<ModelArtifacts> {
  const source = await openSource('http', path, options);
  const json = asObject(parseJson(decodeText(source.file.bytes), source.file, path), path);
  const groups = asArray(json.weightsManifest ?? [], path) as { paths: string[]; weights: WeightSpec[] }[];
  const paths = groups.flatMap((group) => group.paths);
  const pieces: Uint8Array[] = [];
  for (const [index, name] of paths.entries()) {
    pieces.push((await source.beside(name, { index, count: paths.length })).bytes);
  }
  const size = pieces.reduce((total, { length }) => total + length, 0);
  const specs = groups.flatMap((group) => group.weights);
  return artifactsFrom(json, specs, new Uint8Array(joined(pieces, size)).buffer);
}

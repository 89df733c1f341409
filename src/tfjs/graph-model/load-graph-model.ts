import { ready } from '../../backends/default.js';
import { FormatError } from '../../base/errors.js';
import { boolean, type Given, readOptions } from '../../base/options.js';
import { asObject } from '../../io/bytes/json.js';
import { readModelJson, readWeights } from '../../io/formats/tfjs/manifest.js';
import { openAny } from '../../io/handlers/open-handler.js';
import { type FileSource, SOURCE_OPTIONS } from '../../io/storage/source.js';
import { GraphFile, GraphModel } from './graph-model.js';

const OPTIONS = {
  ...SOURCE_OPTIONS,
  /** Whether the address is of TensorFlow Hub, which has model.json in a folder of that name; default false. */
  fromTFHub: boolean().default(false),
} as const;

/**
 * Load a graph of TensorFlow ops that tfjs's converter wrote: model.json and its shards.
 * @param source a path, an address, files, or a handler
 * @throws FormatError naming every op that is not supported, and what is damaged in the file
 * @example const model = await loadGraphModel('https://example.com/mobilenet/model.json');
 */
export async function loadGraphModel(source: FileSource, options?: Given<typeof OPTIONS> | null): Promise<GraphModel> {
  const { fromTFHub, ...given } = readOptions('loadGraphModel', OPTIONS, options ?? {});
  const folder = typeof source === 'string' && fromTFHub ? source.replace(/\/?$/, '/') : '';
  const opened = await openAny('loadGraphModel', folder ? `${folder}model.json?tfjs-format=file` : source, given);
  const { name } = opened.file;
  const json = readModelJson(opened);
  const topology = asObject(json.modelTopology, `${name}: modelTopology`);
  if (!Array.isArray(topology.node)) {
    throw new FormatError(`${name}: modelTopology has no nodes, expected a graph model: loadLayersModel loads layers`);
  }
  await ready();
  return new GraphModel(new GraphFile(json, await readWeights(opened, json), name));
}

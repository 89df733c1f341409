import { registerSaving } from '../models/saving.js';
import { writeTopology } from './formats/tfjs/write-topology.js';
import { saveModel, saveWeights } from './save.js';

/*
 * Models that can save themselves. Because of the call below, this file is listed under `sideEffects` in package.json,
 * and the package exports it through models.ts, which is not: bundlers then include both for a page that uses a model,
 * and neither for one that does not.
 */

export { model } from '../models/functional.js';
export { Model, Model as LayersModel } from '../models/model.js';
export { Sequential, sequential } from '../models/sequential.js';

registerSaving({ saveModel, saveWeights, topologyOf: writeTopology });

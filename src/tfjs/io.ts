/** The `io` namespace of tfjs: handlers that save and load models. */

export { browserDownloads, browserFiles, fileSystem } from '../io/handlers/files.js';
export { http, http as browserHTTPRequest } from '../io/handlers/http.js';
export { fromMemory, withSaveHandler } from '../io/handlers/memory.js';
export {
  copyModel,
  getLoadHandlers,
  getSaveHandlers,
  listModels,
  moveModel,
  registerLoadRouter,
  registerSaveRouter,
  removeModel,
} from '../io/handlers/routes.js';
export type {
  IOHandler,
  LoadHandler,
  ModelArtifacts,
  ModelArtifactsInfo,
  SaveHandler,
  SaveResult,
  WeightSpec,
} from '../training/options/model-artifacts.js';

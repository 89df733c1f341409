export { layerFromConfig } from './catalog.js';
export * as layers from './namespace.js';
export { registerLayer } from './register-layer.js';

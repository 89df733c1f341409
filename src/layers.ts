/**
 * The layers alone, as functions: `import { dense } from 'nabla/layers'`. Bundles then include only the layers they
 * use.
 * @module nabla/layers
 */
export * from './layers/index.js';

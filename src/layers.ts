/** The layers alone, as functions: `import { dense } from 'nabla/layers'`, for bundles that hold only the layers that they call. */
export * from './layers/index.js';

/* Exports the models without side effects; see models-with-files.ts. */
export * from './models-with-files.js';

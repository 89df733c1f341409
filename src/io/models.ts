/* A way to the models without side effects of its own; see models-with-files.ts. */
export * from './models-with-files.js';

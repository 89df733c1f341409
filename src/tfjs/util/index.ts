/** tfjs's `util`: helpers for its examples, which nabla's code does not use. */
export * from './arrays.js';
export * from './checks.js';
export * from './numbers.js';
export * from './shapes.js';
export * from './typed-arrays.js';
export * from './waiting.js';

/** tfjs's `util`: helpers that its examples type, and nabla's own code does without. */
export * from './arrays.js';
export * from './checks.js';
export * from './numbers.js';
export * from './shapes.js';
export * from './typed-arrays.js';
export * from './waiting.js';

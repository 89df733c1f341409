/**
 * Pictures and labels from bytes, for pages and Node: `nabla/images`.
 * @module nabla/images
 */
export * from './images/index.js';

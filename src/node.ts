/** What needs Node: data sets from files, logs and files written whole. Import the library itself from `nabla`. */
export { csvLogger } from './callbacks/node.js';
export * from './data/readers.js';
export { writeAtomically } from './io/atomic-write.js';
export { rasterizeSvg } from './io/rasterize-svg.js';

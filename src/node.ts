/** What needs Node: data sets from files. Import the library itself from `nabla`. */
export * from './data/readers.js';
export { writeAtomically } from './io/atomic-write.js';
export { rasterizeSvg } from './io/rasterize-svg.js';

/** What needs Node: data sets from files, logs and files written whole. Import the library itself from `nabla`. */

export * from './datasets/index.js';
export { writeAtomically } from './io/atomic-write.js';
export { rasterizeSvg } from './plots/rasterize-svg.js';
export { csvLogger } from './training/callbacks/node.js';

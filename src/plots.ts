/**
 * Charts, diagrams of models, and reports, as SVG and HTML.
 * @module nabla/plots
 */
export * from './plots/index.js';

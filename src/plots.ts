/** Charts, pictures of models and reports, as SVG and HTML: `nabla/plots`. */
export * from './plots/index.js';

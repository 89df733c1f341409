/** Plots without a DOM: pure functions from numbers to SVG, and a report that holds them all. */
export { compareRuns, type NamedRun } from './compare-runs.js';
export { confusionMatrix } from './confusion-matrix.js';
export { type CurveOptions, type HistoryValues, learningCurves } from './curves.js';
export { type Images, imageUris } from './image-uri.js';
export { type ModelPlotOptions, plotModel } from './model-graph.js';
export type { Theme } from './palette.js';
export { type GridOptions, type Predictions, predictionGrid } from './prediction-grid.js';
export { buildReport, type ReportInput } from './report.js';
export type { Figure, Values } from './report-parts.js';
export { rocCurves } from './roc.js';
export {
  accuracyOf,
  argMaxRows,
  type ClassScore,
  classScores,
  confusionCounts,
  type RocCurve,
  rocCurve,
} from './statistics.js';
export type { PlotOptions } from './svg.js';

/** Plots without a DOM: pure functions from numbers to SVG, and a report that combines them. */
export { compareRuns } from './charts/compare-runs.js';
export { confusionMatrix } from './charts/confusion-matrix.js';
export { type CurveOptions, type HistoryValues, learningCurves } from './charts/curves.js';
export { imageOverlay, type MappedImages, type OverlayOptions } from './charts/image-overlay.js';
export { type Images, imageUris } from './charts/image-uri.js';
export { learningRates, type RatesAndLosses } from './charts/learning-rates.js';
export type { Theme } from './charts/palette.js';
export { type GridOptions, type Predictions, predictionGrid } from './charts/prediction-grid.js';
export type { NamedRun } from './charts/rank-runs.js';
export { rocCurves } from './charts/roc.js';
export { type RooflinePeaks, type RooflinePoint, roofline } from './charts/roofline.js';
export {
  accuracyOf,
  argMaxRows,
  type ClassScore,
  classScores,
  confusionCounts,
  type RocCurve,
  rocCurve,
} from './charts/statistics.js';
export type { PlotOptions } from './charts/svg.js';
export { type ModelPlotOptions, plotModel } from './model/model-graph.js';
export { buildReport, type ReportInput } from './report/report.js';
export type { Figure, Values } from './report/report-parts.js';

/**
 * Image sets, log files and other parts that need Node.
 * @module nabla/node
 */
export * from './datasets/index.js';
export { BackupAndRestore, type BackupAndRestoreOptions, backupAndRestore } from './io/backup-and-restore.js';
export { writeAtomically } from './io/storage/atomic-write.js';
export { type TensorBoardOptions, tensorBoard } from './io/tensorboard/tensor-board.js';
export { rasterizeSvg } from './plots/rasterize-svg.js';
export { csvLogger } from './training/callbacks/node.js';
export { type LiveReportOptions, liveReport } from './watch/live-report.js';

export type { Logs, TrainingParams } from '../model/logs.js';
export { Callback, type CallbackFunctions } from './callback.js';
export { CSVLogger } from './csv-logger.js';
export { EarlyStopping, type EarlyStoppingOptions, earlyStopping } from './early-stopping.js';
export { History } from './history.js';
export { LearningRateScheduler, learningRateScheduler } from './learning-rate-scheduler.js';
export { ModelCheckpoint, type ModelCheckpointOptions, modelCheckpoint } from './model-checkpoint.js';
export { ReduceLROnPlateau, type ReduceLROnPlateauOptions, reduceLROnPlateau } from './reduce-lr-on-plateau.js';
export { TerminateOnNaN, terminateOnNaN } from './terminate-on-nan.js';

/** Values by Keras's names: loss, accuracy, val_loss, … */
export type Logs = Record<string, number>;

/** Parameters of training. */
export interface TrainingParams {
  readonly epochs: number;
  readonly initialEpoch: number;
  /** Steps per epoch; null if unknown. */
  readonly steps: number | null;
  readonly samples: number | null;
  readonly batchSize: number | null;
  /** Whether there is validation, by tfjs's name. */
  readonly doValidation: boolean;
  /** Number of processes that train together, with `distribute`. */
  readonly processes?: number;
}

/** The logs of each epoch; `fit` returns them as a `History`. */
export interface EpochHistory {
  /** Numbers of the epochs that were run, starting at initialEpoch. */
  readonly epoch: readonly number[];
  readonly history: Readonly<Record<string, number[]>>;
}

/** Numbers by Keras's names: loss, accuracy, val_loss, … */
export type Logs = Record<string, number>;

/** How training was asked for. */
export interface TrainingParams {
  readonly epochs: number;
  readonly initialEpoch: number;
  /** Steps of an epoch; null when the data set does not say. */
  readonly steps: number | null;
  readonly samples: number | null;
  readonly batchSize: number | null;
}

/** The logs of each epoch; `fit` returns them as a `History`. */
export interface EpochHistory {
  /** Numbers of the epochs that were run, from initialEpoch on. */
  readonly epoch: readonly number[];
  readonly history: Readonly<Record<string, number[]>>;
}

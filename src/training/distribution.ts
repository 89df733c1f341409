import type { Feed } from './feeds/feed.js';
import type { LoopOptions } from './fit-options.js';
import type { TrainedModel } from './model/trained-model.js';
import type { CountedStep } from './steps/counted-step.js';
import type { SummedGradients } from './steps/summed-gradients.js';

/** The processes that train one model together; `mpi()` of `nabla/mpi` returns them. */
export interface Replicas {
  /** Number of this process, from 0. */
  readonly rank: number;
  /** Number of processes. */
  readonly size: number;
  /** @internal the part of this process in the training of a model */
  distribute(model: TrainedModel): Distribution;
}

/** A request to a process. */
export interface StartedFit {
  readonly feed: Feed;
  readonly validation: Feed | null;
  readonly options: LoopOptions;
}

/** One training by several processes: which rows each computes, and how they stay synchronized. */
export interface Distribution {
  /** Whether this process prints, writes files and runs callbacks. */
  readonly isFirst: boolean;
  /** Whether some process asked to stop before the last step. */
  readonly stopped: boolean;
  /** Whether some process wished to leave training before the last step, of training or validation. */
  readonly leaving: boolean;
  /**
   * Wait for all processes, and check that they were started alike.
   * @throws ValueError on every process, with the difference
   */
  begin(caller: string, started: StartedFit): Promise<void>;
  /** The rows of this process of each batch. @param caller for messages */
  feed(caller: string, feed: Feed): Feed;
  /** A listener for the gradients of one step. */
  gradients(): SummedGradients;
  /** The step of all processes together. @param wishesToLeave asked before each step */
  trainingOf(step: CountedStep, wishesToLeave: () => boolean): CountedStep;
  validationOf(step: CountedStep, wishesToLeave: () => boolean): CountedStep;
  /** Give all processes the state of the first one. @param watched whether its callbacks act between steps */
  share(watched: boolean): Promise<void>;
  /** Check that the weights are equal after the steps of an epoch. @throws ValueError when they differ */
  epochTrained(): Promise<void>;
  /** Run callbacks on the first process, and apply their changes on the others. */
  follow(callbacks: () => Promise<void>): Promise<void>;
  /** Call a callback, which runs on this process alone, so that the others would not answer it. */
  alone(callback: () => unknown): unknown;
  /** A value of the first process, on all: numbers, strings, lists and objects. */
  fromFirst<T>(value: T): T;
  /** Run `f`; end all processes when it fails on this one alone. */
  guard(f: () => Promise<void>): Promise<void>;
}

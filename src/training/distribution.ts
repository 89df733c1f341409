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

/** Data-parallel training on several processes: assigns rows to each, and keeps them synchronized. */
export interface Distribution {
  /** Number of processes. */
  readonly size: number;
  /** Whether this process prints, writes files and runs callbacks. */
  readonly isFirst: boolean;
  /** Whether any process requested a stop before the last step. */
  readonly stopped: boolean;
  /** Whether any process requested to leave before the last step of training or validation. */
  readonly leaving: boolean;
  /**
   * Wait for all processes, and check that they were started with the same model, data and settings.
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
  /** Copy the state of the first process to all. @param watched whether its callbacks act between steps */
  share(watched: boolean): Promise<void>;
  /** Check that the weights are equal after the steps of an epoch. @throws ValueError when they differ */
  epochTrained(): Promise<void>;
  /** Run callbacks on the first process, and apply their changes on the others. */
  follow(callbacks: () => Promise<void>): Promise<void>;
  /** Call a callback, which runs only on this process, so it must not make collective calls. */
  alone(callback: () => unknown): unknown;
  /** Broadcast a value of the first process: numbers, strings, lists and objects. */
  fromFirst<T>(value: T): T;
  /** Run `f`; end all processes if it fails only on this one. */
  guard(f: () => Promise<void>): Promise<void>;
}

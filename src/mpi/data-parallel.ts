import { ValueError } from '../base/errors.js';
import type { Distribution, StartedFit } from '../training/distribution.js';
import { ArrayFeed } from '../training/feeds/array-feed.js';
import type { Feed } from '../training/feeds/feed.js';
import type { TrainedModel } from '../training/model/trained-model.js';
import type { CountedStep } from '../training/steps/counted-step.js';
import { SharedError } from './agreement.js';
import { assertStartedAlike } from './assert-started-alike.js';
import { DistributedStep } from './distributed-step.js';
import { GradientReducer } from './gradient-reducer.js';
import type { Replicas } from './replicas.js';
import { shardOf } from './rows.js';
import { ShardedFeed } from './sharded-feed.js';
import { fingerprint, followFirst, followRate, SeenWeights, shareState } from './synchronize-replicas.js';

/** Data-parallel training on several processes: assigns rows to each, and keeps them synchronized. */
export class DataParallel implements Distribution {
  private training: DistributedStep | null = null;
  private validation: DistributedStep | null = null;

  constructor(
    private readonly replicas: Replicas,
    private readonly model: TrainedModel,
  ) {
    if (model.hasOwnTrainStep) {
      throw new ValueError(
        `fit: distribute is given, but ${model.name} has a custom trainStep, which cannot be split between processes`,
      );
    }
  }

  get size(): number {
    return this.replicas.size;
  }

  /** Whether this process prints, writes files and runs callbacks. */
  get isFirst(): boolean {
    return this.replicas.rank === 0;
  }

  /** Whether any process requested a stop before the last step. */
  get stopped(): boolean {
    return this.training?.agreed.stop ?? false;
  }

  get leaving(): boolean {
    return [this.training, this.validation].some((step) => step?.agreed.leave);
  }

  /** This process's rows of each batch. */
  feed(caller: string, feed: Feed): Feed {
    return feed instanceof ArrayFeed
      ? feed.sharedBy((total) => shardOf(this.replicas, total))
      : new ShardedFeed(caller, feed, this.replicas);
  }

  gradients(): GradientReducer {
    return new GradientReducer(this.replicas);
  }

  trainingOf({ step, totals }: CountedStep, wishesToLeave: () => boolean): CountedStep {
    const wishes = () => ({ stop: this.model.stopTraining, leave: wishesToLeave() });
    this.training = new DistributedStep(step, this.replicas, this.model, wishes);
    return { step: this.training, totals };
  }

  validationOf({ step, totals }: CountedStep, wishesToLeave: () => boolean): CountedStep {
    const wishes = () => ({ stop: false, leave: wishesToLeave() });
    this.validation = new DistributedStep(step, this.replicas, this.model, wishes);
    return { step: this.validation, totals };
  }

  /**
   * Wait for all processes, and check that they were started with the same model, data and settings.
   * @throws ValueError on every process, naming the difference and the rank
   */
  async begin(caller: string, started: StartedFit): Promise<void> {
    await this.replicas.meet(caller);
    await assertStartedAlike(this.replicas, caller, this.model, started);
  }

  /**
   * Copy the weights, the optimizer's state and the random stream of the first process to all.
   * @param watched whether callbacks of the first process run between steps, where they may change the learning rate
   */
  async share(watched: boolean): Promise<void> {
    await shareState(this.replicas, this.model);
    const isWatched = this.replicas.broadcastText(String(watched)) === 'true';
    if (isWatched) this.training!.beforeStep = () => followRate(this.replicas, this.model);
  }

  /** Broadcast a value of the first process to all: numbers, texts, lists and objects. */
  fromFirst<T>(value: T): T {
    const written = JSON.stringify(value, (_, each) => (isUnwritable(each) ? { $number: String(each) } : each));
    const read = (_: string, each: unknown) =>
      typeof each === 'object' && each !== null && '$number' in each ? Number(each.$number) : each;
    return JSON.parse(this.replicas.broadcastText(written), read) as T;
  }

  /** Check that the weights of all processes are equal after an epoch. @throws ValueError when they differ */
  async epochTrained(): Promise<void> {
    this.replicas.agree('fit', "the hash of the model's weights", await fingerprint(this.model));
    if (this.stopped) this.model.stopTraining = true;
  }

  /** Run callbacks on the first process, and apply their effects on the others. */
  async follow(callbacks: () => Promise<void>): Promise<void> {
    const seen = new SeenWeights(this.model);
    await callbacks();
    await followFirst(this.replicas, this.model, seen);
  }

  alone(callback: () => unknown): unknown {
    return this.replicas.alone(callback);
  }

  /** Run `f`; if it fails only on this process, end the others, which would otherwise wait forever. */
  async guard(f: () => Promise<void>): Promise<void> {
    try {
      await f();
    } catch (error) {
      // All processes leave training together, each with its own error.
      if (this.leaving || error instanceof SharedError) throw error;
      this.replicas.abort((error as Error).stack ?? String(error));
      throw error;
    }
  }
}

/** Whether JSON would write null for a number. */
const isUnwritable = (value: unknown): boolean => typeof value === 'number' && !Number.isFinite(value);

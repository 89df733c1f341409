import type { Run } from './run.js';

export type Status = 'running' | 'finished' | 'stopped' | 'failed' | 'lost';

/** @param isAlive whether the process that trains is running */
export function statusOf({ end }: Run, isAlive: boolean): Status {
  return end?.how ?? (isAlive ? 'running' : 'lost');
}

/** Epochs that the speed is estimated by. */
const RECENT = 3;

/** How far a run is, and how long it will take. */
export interface Progress {
  /** Epochs that are done, with the part of the running one. */
  readonly done: number;
  readonly epochs: number;
  /** Steps of the running epoch, and how many it has; null between epochs, or where that is unknown. */
  readonly step: number | null;
  readonly steps: number | null;
  /** Seconds left; null where nothing is known yet. */
  readonly left: number | null;
}

export function progressOf({ begin, points, epochs, time }: Run): Progress {
  const total = begin?.epochs ?? 0;
  const point = points.at(-1);
  const epoch = epochs.at(-1);
  const isWithin = point !== undefined && point.place > (epoch?.place ?? -1);
  const done = isWithin ? point.place : (epoch?.place ?? 0);
  const step = isWithin ? point.step : null;
  const recent = epochs.slice(-RECENT);
  const perEpoch =
    recent.length > 0
      ? recent.reduce((sum, each) => sum + each.seconds, 0) / recent.length
      : isWithin && done > 0
        ? time / done
        : null;
  const left = perEpoch === null ? null : Math.max(0, (total - done) * perEpoch);
  return { done, epochs: total, step, steps: begin?.steps ?? null, left };
}

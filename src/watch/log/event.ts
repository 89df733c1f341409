/**
 * The events of a run, one JSON object per line of `live/events.jsonl` in its folder. Lines are only ever added, so
 * that readers can follow the file. A run that is continued adds a second `begin`; points of it that are not behind the
 * last one replace what follows them.
 */
export type RunEvent =
  | BeginEvent
  | PointEvent
  | EpochEvent
  | ConfusionEvent
  | HistogramsEvent
  | SavedEvent
  | LogEvent
  | EndEvent;

/** Training begins, or is continued. */
export interface BeginEvent {
  readonly kind: 'begin';
  /** Random, to tell a file from one that takes its place. */
  readonly id: string;
  readonly at: number;
  readonly continued: boolean;
  readonly title: string;
  readonly model: string;
  readonly parameters: number;
  readonly epochs: number;
  /** Steps per epoch; null if unknown. */
  readonly steps: number | null;
  readonly batchSize: number | null;
  readonly samples: number | null;
  /** Logs of which larger or smaller values are better. */
  readonly directions: Readonly<Record<string, 'max' | 'min'>>;
  readonly settings: Readonly<Record<string, string | number>>;
  readonly machine: Readonly<Record<string, string>>;
}

/** Some steps of an epoch. */
export interface PointEvent {
  readonly kind: 'point';
  readonly at: number;
  /** From 0. */
  readonly epoch: number;
  /** Steps of the epoch that are done. */
  readonly step: number;
  /** Means over the steps since the last point of the epoch. */
  readonly logs: Logs;
  readonly learningRate: number | null;
  /** Samples per second since the last point of the epoch; null at the first one. */
  readonly speed: number | null;
}

/** An epoch is finished, its validation included. */
export interface EpochEvent {
  readonly kind: 'epoch';
  readonly at: number;
  readonly epoch: number;
  /** Means over the epoch, and those of validation under `val_`. */
  readonly logs: Logs;
  readonly learningRate: number | null;
  /** Of training and validation. */
  readonly seconds: number;
}

/** The predictions of a validation: `counts[true][predicted]`. */
export interface ConfusionEvent {
  readonly kind: 'confusion';
  readonly at: number;
  readonly epoch: number;
  readonly counts: readonly (readonly number[])[];
  readonly classNames: readonly string[];
}

export interface HistogramsEvent {
  readonly kind: 'histograms';
  readonly at: number;
  readonly epoch: number;
  /** Steps of the epoch that were done. */
  readonly step: number;
  readonly of: 'weights' | 'gradients';
  readonly histograms: readonly Histogram[];
}

/** Values of a tensor, counted in buckets of equal width from min to max. */
export interface Histogram {
  /** Path of the weight, such as `conv2d/kernel`. */
  readonly name: string;
  readonly min: number;
  readonly max: number;
  readonly counts: readonly number[];
  readonly mean: number;
  readonly deviation: number;
  /** Root of the sum of squares, of all values estimated from those that were counted. */
  readonly norm: number;
  /** Values that are NaN or infinite. */
  readonly bad: number;
}

export interface SavedEvent {
  readonly kind: 'saved';
  readonly at: number;
}

/** A line of output. */
export interface LogEvent {
  readonly kind: 'log';
  readonly at: number;
  readonly level: 'note' | 'warning';
  readonly text: string;
}

export interface EndEvent {
  readonly kind: 'end';
  readonly at: number;
  readonly how: 'finished' | 'stopped' | 'failed';
  readonly reason?: string;
}

/** Numbers by name. JSON has no NaN and no infinities: they are texts in the file. */
export type Logs = Readonly<Record<string, number>>;

const NOT_FINITE: Readonly<Record<string, number>> = {
  NaN: Number.NaN,
  Infinity: Number.POSITIVE_INFINITY,
  '-Infinity': Number.NEGATIVE_INFINITY,
};

/** Digits of a number in a line: those of float32. */
const DIGITS = 7;

/** Encode an event as a line, with its line feed. */
export function encodeEvent(event: RunEvent): string {
  const line = JSON.stringify(event, (_, value: unknown) => {
    if (typeof value !== 'number' || Number.isInteger(value)) return value;
    return Number.isFinite(value) ? Number(value.toPrecision(DIGITS)) : String(value);
  });
  return `${line}\n`;
}

/** Decode a line; null where it is damaged, as the last one before a power failure, or of a later release. */
export function decodeEvent(line: string): RunEvent | null {
  try {
    const event: unknown = JSON.parse(line);
    if (typeof event !== 'object' || event === null || !('kind' in event)) return null;
    if ('logs' in event) return { ...event, logs: withNumbers(event.logs as Record<string, unknown>) } as RunEvent;
    return event as RunEvent;
  } catch {
    return null;
  }
}

const withNumbers = (logs: Record<string, unknown>): Logs =>
  Object.fromEntries(
    Object.entries(logs).map(([name, value]) => [name, typeof value === 'number' ? value : NOT_FINITE[String(value)]]),
  );

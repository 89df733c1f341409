import type { TypedArray } from '../base/dtype.js';
import { ShapeError } from '../base/errors.js';
import {
  accept,
  boolean,
  fraction,
  type Given,
  listOf,
  type Options,
  positiveInteger,
  readOptions,
} from '../base/options.js';
import { type Box, type Outcome, PictureMatches, sizeIn, type TrueBox } from './detection-matches.js';

/** 0.5, 0.55, … 0.95, in the arithmetic of the published evaluation. */
const IOU_THRESHOLDS = Array.from({ length: 10 }, (_, i) => (i === 9 ? 0.95 : 0.5 + i * ((0.95 - 0.5) / 9)));

/** 0, 0.01, … 1. */
const RECALLS = Array.from({ length: 101 }, (_, i) => (i === 100 ? 1 : i * 0.01));

/** Areas of boxes in squared pixels. */
const SIZES = {
  all: [0, 1e10],
  small: [0, 32 ** 2],
  medium: [32 ** 2, 96 ** 2],
  large: [96 ** 2, 1e10],
} as const satisfies Record<string, readonly [number, number]>;

const OPTIONS = {
  /** Overlaps from which on a detection is right; default 0.5 to 0.95 in steps of 0.05. */
  iouThresholds: listOf(fraction()).default(IOU_THRESHOLDS),
  /** How many detections of a class count in each picture, the surest; default 100. */
  maxDetections: positiveInteger().default(100),
};

export type MeanAveragePrecisionOptions = Given<typeof OPTIONS>;

const numbers = (expected: string, test: (value: unknown) => boolean) =>
  accept<readonly number[] | TypedArray>(
    `a list, each ${expected}`,
    (value) => (Array.isArray(value) || ArrayBuffer.isView(value)) && Array.from(value as number[]).every(test),
  );
const boxes = () => listOf(accept<Box>('[y1, x1, y2, x2]', (value) => isBox(value)));
const isBox = (value: unknown): boolean => Array.isArray(value) && value.length === 4 && value.every(Number.isFinite);
const classes = () => numbers('an integer', Number.isInteger);

const OBJECTS = {
  /** [y1, x1, y2, x2] of each, in pixels. */
  boxes: boxes(),
  /** The class of each box. */
  classes: classes(),
  /** Whether each box contains a crowd, in which detections are ignored; default none. */
  crowds: listOf(boolean()).optional(),
};
const DETECTIONS = {
  /** [y1, x1, y2, x2] of each, in pixels. */
  boxes: boxes(),
  /** The class of each box. */
  classes: classes(),
  /** How sure each is. */
  scores: numbers('a number', (value) => typeof value === 'number' && !Number.isNaN(value)),
};

/** The objects in one picture. */
export type PictureObjects = Given<typeof OBJECTS>;

/** The detections in one picture. */
export type PictureDetections = Given<typeof DETECTIONS>;

/** COCO's numbers; null where no object counts. */
export interface AveragePrecisions {
  /** Mean over classes and thresholds. */
  readonly mAP: number | null;
  /** At the overlap 0.5; null if it is none of the thresholds. */
  readonly AP50: number | null;
  readonly AP75: number | null;
  /** Of boxes smaller than 32², up to 96², and larger, in pixels. */
  readonly small: number | null;
  readonly medium: number | null;
  readonly large: number | null;
  /** Mean over thresholds, of each class. */
  readonly perClass: Readonly<Record<number, number>>;
}

/**
 * The mean average precision of detections by COCO's definition: precision at 101 recalls, averaged over overlaps from
 * 0.50 to 0.95 and over the classes that occur.
 * @throws ValueError when an option is unknown or wrong
 * @see Lin et al., "Microsoft COCO", arXiv:1405.0312; COCOeval of the COCO API
 * @example
 * const map = new metrics.MeanAveragePrecision();
 * map.updateState(
 *   { boxes: [[0, 0, 10, 10]], classes: [1] },
 *   { boxes: [[0, 0, 10, 9]], classes: [1], scores: [0.8] },
 * );
 * console.log(map.result(), map.details().AP50); // 0.9, 1
 */
export class MeanAveragePrecision {
  /** For messages: minifiers rename classes. */
  static readonly className: string = 'MeanAveragePrecision';

  private readonly options: Options<typeof OPTIONS>;
  /** The pictures in which a class occurs, or was detected. */
  private readonly pictures = new Map<number, PictureMatches[]>();

  constructor(options?: MeanAveragePrecisionOptions) {
    this.options = readOptions('MeanAveragePrecision', OPTIONS, options);
  }

  /**
   * Add one picture.
   * @throws ShapeError when lists differ in length
   * @throws ValueError when a box has not four sides, a class is not an integer or a score is not a number
   */
  updateState(objects: PictureObjects, detections: PictureDetections): void {
    const caller = 'MeanAveragePrecision.updateState';
    readOptions(caller, OBJECTS, objects);
    readOptions(caller, DETECTIONS, detections);
    assertLengths(`${caller}: objects`, objects);
    assertLengths(`${caller}: detections`, detections);
    const classes = new Set([...Array.from(objects.classes), ...Array.from(detections.classes)]);
    for (const id of classes) {
      const ofClass = (given: Pick<PictureObjects, 'boxes' | 'classes'>) =>
        given.boxes.flatMap((_, i) => (given.classes[i] === id ? [i] : []));
      const truths = ofClass(objects).map(
        (i): TrueBox => ({
          box: objects.boxes[i],
          isCrowd: objects.crowds?.[i] ?? false,
        }),
      );
      const found = ofClass(detections).map((i) => ({ box: detections.boxes[i], score: detections.scores[i] }));
      const matches = new PictureMatches(truths, found, this.options.maxDetections);
      this.pictures.set(id, [...(this.pictures.get(id) ?? []), matches]);
    }
  }

  /** Return the mean over classes and thresholds; 0 where no object counts. */
  result(): number {
    return this.details().mAP ?? 0;
  }

  /** Return the mean by overlap, size and class. */
  details(): AveragePrecisions {
    const { iouThresholds } = this.options;
    const [all, small, medium, large] = [SIZES.all, SIZES.small, SIZES.medium, SIZES.large].map((size) =>
      this.precisions(size),
    );
    const overall = (table: ReadonlyMap<number, readonly number[]>) => meanOf([...table.values()].flat());
    const at = (threshold: number) => {
      const index = iouThresholds.findIndex((each) => Math.abs(each - threshold) < 1e-9);
      return index < 0 ? null : meanOf([...all.values()].map((each) => each[index]));
    };
    return {
      mAP: overall(all),
      AP50: at(0.5),
      AP75: at(0.75),
      small: overall(small),
      medium: overall(medium),
      large: overall(large),
      perClass: Object.fromEntries([...all].map(([id, each]) => [id, meanOf(each)!])),
    };
  }

  /** The average precision at each threshold, of each class that has objects of a size. */
  private precisions(size: readonly [number, number]): Map<number, number[]> {
    const hasSize = sizeIn(size);
    const found = new Map<number, number[]>();
    for (const [id, pictures] of [...this.pictures].sort(([a], [b]) => a - b)) {
      const ignored = pictures.map((picture) => picture.ignoredObjects(hasSize));
      const objects = ignored.flat().filter((each) => !each).length;
      if (objects === 0) continue;
      const scores = pictures.flatMap((picture) => picture.scores);
      const order = scores.map((_, i) => i).sort((a, b) => scores[b] - scores[a]);
      const averages = this.options.iouThresholds.map((threshold) => {
        const outcomes = pictures.flatMap((picture, i) => picture.outcomes(threshold, ignored[i], hasSize));
        return averagePrecision(
          order.map((i) => outcomes[i]),
          objects,
        );
      });
      found.set(id, averages);
    }
    return found;
  }

  resetState(): void {
    this.pictures.clear();
  }
}

/** Mean over 101 recalls of the best precision at that recall or beyond. @param outcomes the surest first */
function averagePrecision(outcomes: readonly Outcome[], objects: number): number {
  const recalls: number[] = [];
  const precisions: number[] = [];
  let [hits, counted] = [0, 0];
  for (const outcome of outcomes) {
    if (outcome === 'ignored') continue;
    counted++;
    if (outcome === 'hit') hits++;
    recalls.push(hits / objects);
    precisions.push(hits / counted);
  }
  for (let i = precisions.length - 2; i >= 0; i--) precisions[i] = Math.max(precisions[i], precisions[i + 1]);
  let total = 0;
  let place = 0;
  for (const recall of RECALLS) {
    while (place < recalls.length && recalls[place] < recall) place++;
    total += precisions[place] ?? 0;
  }
  return total / RECALLS.length;
}

const meanOf = (values: readonly number[]): number | null =>
  values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;

function assertLengths(caller: string, { boxes, ...lists }: PictureObjects | PictureDetections): void {
  for (const [name, list] of Object.entries(lists)) {
    if (list === undefined || list.length === boxes.length) continue;
    throw new ShapeError(`${caller} have ${list.length} ${name}, expected ${boxes.length}, one a box`);
  }
}

/* Detections matched to the objects of one picture, by the rules of COCO's evaluation. */

/** [y1, x1, y2, x2] */
export type Box = readonly number[];

/** An object of one class in one picture. */
export interface TrueBox {
  readonly box: Box;
  /** A crowd: detections inside it neither count nor are wrong. */
  readonly isCrowd: boolean;
}

export interface Detection {
  readonly box: Box;
  readonly score: number;
}

/** Outcome of a detection at one threshold; ignored detections do not count. */
export type Outcome = 'hit' | 'miss' | 'ignored';

const areaOf = ([y1, x1, y2, x2]: Box): number => Math.max(0, y2 - y1) * Math.max(0, x2 - x1);

/** Intersection over union; for a crowd, intersection over the area of the detection. */
function overlapOf(detection: Box, { box, isCrowd }: TrueBox): number {
  const height = Math.min(detection[2], box[2]) - Math.max(detection[0], box[0]);
  const width = Math.min(detection[3], box[3]) - Math.max(detection[1], box[1]);
  if (height <= 0 || width <= 0) return 0;
  const both = height * width;
  return both / (isCrowd ? areaOf(detection) : areaOf(detection) + areaOf(box) - both);
}

/** The objects and detections of one class in one picture, with their overlaps. */
export class PictureMatches {
  /** Highest score first; of equal scores the first given. */
  private readonly detections: readonly Detection[];
  private readonly overlaps: readonly (readonly number[])[];

  constructor(
    private readonly objects: readonly TrueBox[],
    detections: readonly Detection[],
    maxDetections: number,
  ) {
    this.detections = [...detections].sort((a, b) => b.score - a.score).slice(0, maxDetections);
    this.overlaps = this.detections.map(({ box }) => objects.map((object) => overlapOf(box, object)));
  }

  get scores(): number[] {
    return this.detections.map(({ score }) => score);
  }

  /**
   * Give each detection, the surest first, the object that it overlaps most and that is free. Ones that are ignored are
   * taken only where no other fits.
   * @param isIgnored of each object
   * @param countsAlone whether a detection without an object is wrong; otherwise it is ignored
   */
  outcomes(threshold: number, isIgnored: readonly boolean[], countsAlone: (box: Box) => boolean): Outcome[] {
    const taken = new Set<number>();
    return this.detections.map(({ box }, d) => {
      const best =
        this.bestFor(d, threshold, taken, isIgnored, false) ?? this.bestFor(d, threshold, taken, isIgnored, true);
      if (best === null) return countsAlone(box) ? 'miss' : 'ignored';
      taken.add(best);
      return isIgnored[best] ? 'ignored' : 'hit';
    });
  }

  private bestFor(
    detection: number,
    threshold: number,
    taken: ReadonlySet<number>,
    isIgnored: readonly boolean[],
    amongIgnored: boolean,
  ): number | null {
    let best: number | null = null;
    let most = Math.min(threshold, 1 - 1e-10);
    for (const [index, overlap] of this.overlaps[detection].entries()) {
      if (isIgnored[index] !== amongIgnored || (taken.has(index) && !this.objects[index].isCrowd)) continue;
      if (overlap < most) continue;
      most = overlap;
      best = index;
    }
    return best;
  }

  /** Which objects do not count: crowds, and those of another size. */
  ignoredObjects(hasSize: (box: Box) => boolean): boolean[] {
    return this.objects.map(({ box, isCrowd }) => isCrowd || !hasSize(box));
  }
}

/** Whether the area of a box is in a range. */
export const sizeIn =
  ([least, most]: readonly [number, number]) =>
  (box: Box): boolean =>
    areaOf(box) >= least && areaOf(box) <= most;

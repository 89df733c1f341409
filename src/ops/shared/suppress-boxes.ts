/** Parameters that decide which boxes remain. */
export interface SuppressionOptions {
  readonly maxOutputSize: number;
  readonly iouThreshold: number;
  readonly scoreThreshold: number;
  /** 0 removes overlapping boxes; larger values lower their scores. */
  readonly softNmsSigma: number;
}

export interface Selection {
  readonly indices: readonly number[];
  readonly scores: readonly number[];
}

interface Candidate {
  readonly index: number;
  score: number;
  /** Selected boxes before this one have lowered the score already. */
  seen: number;
}

/** Worst first, so that the best one is popped; of equal scores the box that was given first is the better one. */
const byScore = (a: Candidate, b: Candidate): number => a.score - b.score || b.index - a.index;

/** Greedy selection by score. @see Bodla et al., "Soft-NMS", arXiv:1704.04503, for sigmas above 0 */
export function suppress(boxes: ArrayLike<number>, scores: ArrayLike<number>, options: SuppressionOptions): Selection {
  const { maxOutputSize, iouThreshold, scoreThreshold, softNmsSigma } = options;
  const candidates = Array.from(scores, (score, index): Candidate => ({ index, score, seen: 0 }))
    .filter(({ score }) => score > scoreThreshold)
    .sort(byScore);
  const selected: Candidate[] = [];
  while (selected.length < maxOutputSize && candidates.length > 0) {
    const candidate = candidates.pop()!;
    const before = candidate.score;
    if (before < scoreThreshold) break;
    let isOut = false;
    for (let place = selected.length - 1; place >= candidate.seen; place--) {
      const overlap = intersectionOverUnion(boxes, candidate.index, selected[place].index);
      isOut = overlap >= iouThreshold;
      if (isOut) break;
      candidate.score *= weight(overlap, softNmsSigma);
      if (candidate.score <= scoreThreshold) break;
    }
    candidate.seen = selected.length;
    if (isOut) continue;
    if (candidate.score === before) selected.push(candidate);
    else if (candidate.score > scoreThreshold) insert(candidates, candidate);
  }
  return { indices: selected.map(({ index }) => index), scores: selected.map(({ score }) => score) };
}

const weight = (overlap: number, sigma: number): number => (sigma > 0 ? Math.exp((-0.5 / sigma) * overlap ** 2) : 1);

function insert(candidates: Candidate[], candidate: Candidate): void {
  let [low, high] = [0, candidates.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (byScore(candidates[middle], candidate) < 0) low = middle + 1;
    else high = middle;
  }
  candidates.splice(low, 0, candidate);
}

/** The overlap of two boxes, whichever corners they name; 0 for a box without an area. */
function intersectionOverUnion(boxes: ArrayLike<number>, i: number, j: number): number {
  const [a, b] = [bounds(boxes, i), bounds(boxes, j)];
  const areas = [a, b].map(({ top, left, bottom, right }) => (bottom - top) * (right - left));
  if (areas.some((area) => area <= 0)) return 0;
  const height = Math.max(0, Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top));
  const width = Math.max(0, Math.min(a.right, b.right) - Math.max(a.left, b.left));
  const shared = height * width;
  return shared / (areas[0] + areas[1] - shared);
}

function bounds(boxes: ArrayLike<number>, index: number) {
  const [y1, x1, y2, x2] = Array.prototype.slice.call(boxes, index * 4, index * 4 + 4) as number[];
  return { top: Math.min(y1, y2), bottom: Math.max(y1, y2), left: Math.min(x1, x2), right: Math.max(x1, x2) };
}

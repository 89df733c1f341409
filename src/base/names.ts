import { ValueError } from './errors.js';

/** `sparse_categorical_crossentropy` and `SparseCategoricalCrossentropy` are one word written in two ways. */
const plain = (name: string): string => name.replaceAll(/[_\s-]/g, '').toLowerCase();

/** Single letters put in, left out, changed or swapped with their neighbour that part two words (optimal string alignment). */
function distance(a: string, b: string): number {
  const rows = [Array.from({ length: b.length + 1 }, (_, column) => column)];
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const changed = rows[i - 1][j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1);
      const swapped =
        i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? rows[i - 2][j - 2] + 1 : changed;
      row.push(Math.min(changed, swapped, rows[i - 1][j] + 1, row[j - 1] + 1));
    }
    rows.push(row);
  }
  return rows[a.length][b.length];
}

/** Longer names are nobody's slip of the finger, and would take long to compare. */
const LONGEST = 64;

/** The known name that another is most like; null when it is like none. */
export function nearestName(name: string, known: Iterable<string>): string | null {
  const given = plain(name);
  if (given === '' || given.length > LONGEST) return null;
  let best: { name: string; distance: number } | null = null;
  for (const candidate of known) {
    const other = plain(candidate);
    const allowed = Math.max(1, Math.floor(Math.min(given.length, other.length) / 3));
    const far = distance(given, other);
    if (far <= allowed && far < (best?.distance ?? Number.POSITIVE_INFINITY)) best = { name: candidate, distance: far };
  }
  return best?.name ?? null;
}

/** What a message about an unknown name ends with: `; did you mean 'adam'?`, or nothing. */
export function didYouMean(name: string, known: Iterable<string>): string {
  const nearest = nearestName(name, known);
  return nearest === null ? '' : `; did you mean '${nearest}'?`;
}

/**
 * Refuses options that nobody would read: a slip in `activaton` must not leave a layer linear.
 * @throws ValueError
 */
export function assertKnownOptions(caller: string, options: object, known: readonly string[]): void {
  if (options === null || typeof options !== 'object' || Array.isArray(options)) {
    throw new ValueError(
      `${caller}: options are ${JSON.stringify(options)}, expected an object of ${known.join(', ')}`,
    );
  }
  for (const [name, value] of Object.entries(options)) {
    if (value === undefined || value === null || known.includes(name)) continue;
    const hint = didYouMean(name, known) || `, expected ${known.join(', ')}`;
    throw new ValueError(`${caller}: there is no option ${name}${hint}`);
  }
}

/** Keras 3's rule for names of classes: `Conv2D` → `conv2d`, `LeNet5` → `le_net5`, `MaxPooling2D` → `max_pooling2d`. */
export function snakeCase(name: string): string {
  return name
    .replace(/\W+/g, '')
    .replace(/(.)([A-Z][a-z]+)/g, '$1_$2')
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .toLowerCase();
}

/** Put an underscore before each capital: unlike `snakeCase`, `camelCase` can undo it. For keys of configs. */
export const underscored = (key: string): string => key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** `categorical_crossentropy` → `categoricalCrossentropy`, `beta_1` → `beta1`. */
export const camelCase = (name: string): string =>
  name.replace(/_([a-z0-9])/g, (_, next: string) => next.toUpperCase());

/** `categorical_crossentropy` or `categoricalCrossentropy` → `CategoricalCrossentropy`. */
export const pascalCase = (name: string): string => camelCase(name[0].toUpperCase() + name.slice(1));

/**
 * Normalize the spelling of a name: `glorot_uniform`, `GlorotUniform` and `glorotUniform` → `glorotuniform`.
 */
export const plainName = (name: string): string => name.replaceAll(/[_\s-]/g, '').toLowerCase();

/** Remove Keras's package prefix from a name: `Custom>Mish` → `Mish`. */
export const bareName = (name: string): string => name.slice(name.lastIndexOf('>') + 1);

/** Edit distance with transpositions (optimal string alignment). */
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

/** Longer names are not compared: they are not typos, and the comparison is slow. */
const LONGEST = 64;

/** Return the known name closest to the given one; null if none is close. */
export function nearestName(name: string, known: Iterable<string>): string | null {
  const given = plainName(name);
  if (given === '' || given.length > LONGEST) return null;
  let best: { name: string; distance: number } | null = null;
  for (const candidate of known) {
    const other = plainName(candidate);
    const allowed = Math.max(1, Math.floor(Math.min(given.length, other.length) / 3));
    const far = distance(given, other);
    if (far <= allowed && far < (best?.distance ?? Number.POSITIVE_INFINITY)) best = { name: candidate, distance: far };
  }
  return best?.name ?? null;
}

/** Return the end of a message about an unknown name: `; did you mean 'adam'?`, or nothing. */
export function didYouMean(name: string, known: Iterable<string>): string {
  const nearest = nearestName(name, known);
  return nearest === null ? '' : `; did you mean '${nearest}'?`;
}

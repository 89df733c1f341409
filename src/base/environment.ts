/**
 * Return an environment variable; undefined if it is not set, or the program may not read it (Deno without
 * --allow-env).
 */
export function environment(name: string): string | undefined {
  try {
    return typeof process === 'object' ? process.env?.[name] || undefined : undefined;
  } catch {
    return undefined;
  }
}

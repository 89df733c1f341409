/**
 * Return an environment variable; undefined where there are none, or where the program may not read them (Deno without
 * --allow-env).
 */
export function environment(name: string): string | undefined {
  try {
    return typeof process === 'object' ? process.env?.[name] || undefined : undefined;
  } catch {
    return undefined;
  }
}

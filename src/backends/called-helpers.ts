/**
 * Return the helpers that the text of a shader calls, directly or not.
 * @param helpers texts of functions, by their names
 */
export function calledHelpers(text: string, helpers: Readonly<Record<string, string>>): string[] {
  const called = new Set<string>();
  const collect = (caller: string): void => {
    for (const [name, helper] of Object.entries(helpers)) {
      if (!called.has(helper) && caller.includes(`${name}(`)) {
        called.add(helper);
        collect(helper);
      }
    }
  };
  collect(text);
  return [...called];
}

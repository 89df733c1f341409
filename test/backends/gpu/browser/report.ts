/** Runs checks one by one and sends what they found to the server of this page. */
export async function report(checks: Readonly<Record<string, () => Promise<readonly string[]>>>): Promise<void> {
  const failures: string[] = [];
  let passed = 0;
  for (const [name, check] of Object.entries(checks)) {
    try {
      const found = await check();
      for (const each of found) failures.push(`${name}: ${each}`);
      if (found.length === 0) passed++;
    } catch (error) {
      failures.push(`${name}: ${(error as Error).stack}`);
    }
  }
  await fetch('/result', { method: 'POST', body: JSON.stringify({ passed, failures }) });
}

/** The mode that the address of the page asks for. */
export const mode = new URLSearchParams(location.search).get('mode') as 'webgl2' | 'webgpu';

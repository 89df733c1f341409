import v8 from 'node:v8';
import vm from 'node:vm';

v8.setFlagsFromString('--expose-gc');
const collectGarbage = vm.runInNewContext('gc') as () => void;

/** Finalizers run between tasks; what they let go of may hold more, which the next collection finds. */
const COLLECTIONS = 3;

/**
 * Bytes that this process needs: what is resident, but of V8's heap only the part in use, after full collections.
 * Resident memory as it stands says how long V8 put off collecting: over 3,000 steps without a leak its heap wandered
 * between 63 and 155 MiB. The C library hoards as well, which vitest.config.ts keeps it from.
 */
async function heldBytes(): Promise<number> {
  for (let count = 0; count < COLLECTIONS; count++) {
    collectGarbage();
    await new Promise((resolve) => setImmediate(resolve));
  }
  const { rss, heapTotal, heapUsed } = process.memoryUsage();
  return rss - heapTotal + heapUsed;
}

/** Tells whether the memory of the process grows with the steps of a training. */
export class MemoryWatch {
  private readonly samples: { readonly step: number; readonly bytes: number }[] = [];

  /** To be called at even distances, from when everything that stays has been made. */
  async sample(step: number): Promise<void> {
    this.samples.push({ step, bytes: await heldBytes() });
  }

  /**
   * What each step leaves behind: how much higher the floor of the last third of the samples lies than that of the
   * first. A leak lifts every sample above the one before; a buffer that happens to be on its way lifts one sample
   * alone.
   */
  get bytesLeftPerStep(): number {
    const third = Math.floor(this.samples.length / 3);
    const [first, last] = [this.samples.slice(0, third), this.samples.slice(-third)];
    const floor = (part: typeof first): number => Math.min(...part.map(({ bytes }) => bytes));
    return (floor(last) - floor(first)) / (last[0].step - first[0].step);
  }
}

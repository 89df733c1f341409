import { zipSync } from 'fflate';
import { FormatError } from '../../src/base/errors.js';
import { loadModel } from '../../src/io/load.js';
import { emptyTally, type Tally } from './report.js';

/* Small files that claim a great deal: each must be refused by name, in a process that may not take much memory. */

type Source = Parameters<typeof loadModel>[0];

const text = (value: unknown): Uint8Array =>
  new TextEncoder().encode(typeof value === 'string' ? value : JSON.stringify(value));
const file = (content: Uint8Array, name: string): File => new File([content as Uint8Array<ArrayBuffer>], name);
const dense = (units: number) => ({ class_name: 'Dense', config: { name: 'd', units, batch_input_shape: [null, 8] } });
const sequential = (...layers: object[]) => ({ class_name: 'Sequential', config: { name: 's', layers } });
const manifest = (paths: readonly string[], shape: readonly number[]) => [
  { paths, weights: [{ name: 'd/kernel', shape, dtype: 'float32' }] },
];

const archive = (parts: Record<string, Uint8Array>): Source => file(zipSync(parts, { level: 9 }), 'forged.keras');

function safetensors(header: unknown, claimed?: number): Source {
  const bytes = text(header);
  const all = new Uint8Array(8 + bytes.length + 16);
  new DataView(all.buffer).setBigUint64(0, BigInt(claimed ?? bytes.length), true);
  all.set(bytes, 8);
  return file(all, 'forged.safetensors');
}

const nested = (depth: number): unknown => (depth === 0 ? dense(3) : sequential(nested(depth - 1) as object));

const FORGERIES: Readonly<Record<string, () => Source>> = {
  'config of 512 MiB in an archive': () =>
    archive({ 'config.json': new Uint8Array(2 ** 29), 'metadata.json': text({ keras_version: '3.1.1' }) }),
  'weights of 512 MiB in an archive': () =>
    archive({
      'config.json': text(sequential(dense(3))),
      'metadata.json': text({ keras_version: '3.1.1' }),
      'model.weights.h5': new Uint8Array(2 ** 29),
    }),
  'a shard that is listed 3,000 times': () => [
    file(
      text({
        modelTopology: sequential(dense(3)),
        weightsManifest: manifest(Array(3000).fill('w.bin'), [2 ** 20, 750]),
      }),
      'forged.json',
    ),
    file(new Uint8Array(2 ** 20), 'w.bin'),
  ],
  'a weight of 2⁴⁰ numbers': () => [
    file(
      text({ modelTopology: sequential(dense(3)), weightsManifest: manifest(['w.bin'], [2 ** 20, 2 ** 20]) }),
      'forged.json',
    ),
    file(new Uint8Array(16), 'w.bin'),
  ],
  'a layer of 2³⁰ units': () => file(text({ modelTopology: sequential(dense(2 ** 30)) }), 'forged.json'),
  'a million layers': () =>
    file(text(`{"class_name":"Sequential","config":{"layers":[${'{},'.repeat(999_999)}{}]}}`), 'forged.json'),
  'JSON of a million levels': () => file(text('{"a":'.repeat(1_000_000)), 'forged.json'),
  'models in models, 190 deep': () => file(text(nested(95)), 'forged.json'),
  'a text that does not end': () => file(text(`{"class_name":"${'\\"'.repeat(5_000_000)}`), 'forged.json'),
  'a header of 90 MB in 100 bytes': () => safetensors({ a: 1 }, 90_000_000),
  'arrays that overlap': () =>
    safetensors(
      Object.fromEntries(
        Array.from({ length: 2000 }, (_, i) => [`w${i}`, { dtype: 'F32', shape: [4], data_offsets: [0, 16] }]),
      ),
    ),
  'a device without end': () => '/dev/zero',
};

/** Every forgery once. */
export async function tryForgeries(): Promise<Tally> {
  const tally = emptyTally();
  for (const [name, make] of Object.entries(FORGERIES)) {
    tally.tried++;
    const source = make();
    const began = performance.now();
    try {
      (await loadModel(source, { maxBytes: 2 ** 28 })).dispose();
      tally.faults.push(`${name}: was loaded`);
    } catch (error) {
      if (error instanceof FormatError) tally.refused++;
      else tally.faults.push(`${name}: ${(error as Error).stack}`);
    }
    const seconds = (performance.now() - began) / 1000;
    if (seconds > 30) tally.faults.push(`${name}: took ${seconds.toFixed(1)} s`);
  }
  return tally;
}

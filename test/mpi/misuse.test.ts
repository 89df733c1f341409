import { describe, expect, test } from 'vitest';
import { canLaunch, launch, launchers, resultsOf } from './launch.js';

/* Wrong use ends all ranks with a message that names what differs, and where; nothing hangs. */

const SECONDS = 20;

describe.skipIf(!canLaunch)('ranks that do not do the same (need koffi and Open MPI or MPICH)', () => {
  test.each([
    ['units', /the list of \S+'s weights is .*\[3,5\].* on rank 1, expected .*\[3,4\].* as on rank 0/],
    ['names', /the list of \S+'s weights is other\/kernel .* on rank 1, expected first\/kernel .* as on rank 0/],
    ['optimizer', /fit: the optimizer is .*"momentum":0.5.* on rank 1/],
    ['loss', /fit: the loss is .* on rank 1, expected .* as on rank 0/],
    [
      'size',
      /fit: the number of steps of an epoch is 3|fit: the number of samples is 20 on rank 1, expected 24 as on rank 0/,
    ],
    ['contents', /fit: the hash of .*samples is .* on rank 1, expected .* as on rank 0/],
    ['labels', /fit: the hash of .*samples is .* on rank 1, expected .* as on rank 0/],
    [
      'sampleWeight',
      /the hash of the samples is .*sampleWeight \w+ on rank 1, expected .*sampleWeight missing as on rank 0/,
    ],
    ['epochs', /fit: the option epochs is 3 on rank 1, expected 2 as on rank 0/],
    ['batchSize', /fit: the option batchSize is 4 on rank 1, expected 8 as on rank 0/],
    ['shuffle', /fit: the option shuffle is false on rank 1, expected true as on rank 0/],
    ['classWeight', /fit: the option classWeight is \{"1":2\} on rank 1, expected missing as on rank 0/],
    ['validationMissing', /fit: the kind of the validation data is missing on rank 1, expected samples as on rank 0/],
    ['validationSteps', /fit: the number of steps of validation is 1 on rank 1, expected 3 as on rank 0/],
    ['version', /fit: the version of nabla is 99.1.2 on rank 1, expected \S+ as on rank 0/],
    ['backend', /fit: the backend is wasm \(.*\) on rank 1, expected cpu \(.*\) as on rank 0/],
    ['frozen', /first\/kernel float32 \[3,4\] not trained.* on rank 1, expected first\/kernel float32 \[3,4\],/],
    ['config', /fit: the config of \S+ is .*"relu".* on rank 1, expected .*"tanh".* as on rank 0/],
    ['metrics', /fit: the list of metrics is loss, mean.* on rank 1, expected loss as on rank 0/],
    [
      'datasetShorter',
      /fit: batch 2 of the data set is missing, as the data have ended, on rank 1, expected x \[8,3\]/,
    ],
    ['datasetBatch', /fit: batch 2 of the data set is x \[6,3\], y \[6,1\].* on rank 1, expected x \[8,3\]/],
    ['datasetContents', /fit: batch 1 of the data set is x .*hash \w+ on rank 1, expected x .*hash \w+ as on rank 0/],
    ['datasetThrows', /rank 1 of 3 on .*the file is missing/s],
    ['datasetKind', /fit: the kind of the data is samples on rank 1, expected a data set as on rank 0/],
    ['absent', /rank 0 of 3 on .*: fit: waited 3 s for rank 1 of 3, which did not call it/],
    ['callback', /barrier: called by a callback of fit, which runs only on rank 0, so no other rank takes part/],
    ['callbackThrows', /rank 0 of 3 on .*the disk is full/s],
    ['callbackFreezes', /a callback of rank 0 has changed which weights of \S+ are trained/],
    ['finalized', /fit: rank \d of 3 on .* has left MPI with finalize/],
  ] as const)('%s', async (way, message) => {
    const environment = way === 'version' ? hooks(OTHER_VERSION) : {};
    const ended = await launch(launchers[0], 3, 'misuse.mts', [way], { environment });
    expect(ended.code, ended.output).not.toBe(0);
    expect(ended.output).toMatch(message);
    expect(ended.output).not.toContain('"weights"');
    expect(ended.seconds).toBeLessThan(SECONDS);
  });

  test.each(launchers)('$name: callbacks of other ranks than the first are not called', async (launcher) => {
    const ended = await launch(launcher, 3, 'misuse.mts', ['']);
    expect(ended.code, ended.output).toBe(0);
    const results = resultsOf<Trained>(ended);
    expect(results.map(({ weights }) => weights)).toEqual(Array(3).fill(results[0].weights));
  });

  // Initial weights and dropout masks come from the seed.
  test('seeds, rates and verbosity of other ranks than the first do not count', async () => {
    const weights = new Set<string>();
    for (const way of ['', 'seed', 'rate', 'verbose']) {
      const ended = await launch(launchers[0], 2, 'misuse.mts', [way]);
      expect(ended.code, ended.output).toBe(0);
      expect(ended.output).not.toContain('Epoch');
      for (const each of resultsOf<Trained>(ended)) weights.add(each.weights);
    }
    expect([...weights].length).toBe(1);
  });

  test('data sets that are the same on all ranks train as the samples in them', async () => {
    const [samples, batches] = [
      await launch(launchers[0], 3, 'misuse.mts', ['inOrder']),
      await launch(launchers[0], 3, 'misuse.mts', ['dataset']),
    ];
    expect(batches.code, batches.output).toBe(0);
    expect(resultsOf<Trained>(batches)).toEqual(resultsOf<Trained>(samples));
  });

  test('koffi that is not installed is named', async () => {
    const ended = await launch(launchers[0], 1, 'misuse.mts', [''], { environment: hooks(NO_KOFFI) });
    expect(ended.code).not.toBe(0);
    expect(ended.output).toMatch(/BackendError: mpi: the package koffi cannot be loaded \(.*\); npm install koffi/);
  });
});

interface Trained {
  readonly rank: number;
  readonly weights: string;
}

/** Makes imports of koffi fail as those of a package that is not installed. */
const NO_KOFFI = `export const resolve = (name, context, next) => {
  if (name === 'koffi') throw new Error("Cannot find package 'koffi'");
  return next(name, context);
};`;

/** Gives rank 1 another version. */
const OTHER_VERSION = `export const load = (url, context, next) => {
  const isOther = ['OMPI_COMM_WORLD_RANK', 'PMI_RANK'].some((name) => process.env[name] === '1');
  if (!isOther || !url.includes('src/base/version.ts')) return next(url, context);
  return { format: 'module', source: "export const version = '99.1.2';", shortCircuit: true };
};`;

/** Variables under which Node loads modules by a hook. */
function hooks(hook: string): Record<string, string> {
  const asUrl = (source: string) => `data:text/javascript,${encodeURIComponent(source)}`;
  const registered = `import { register } from 'node:module'; register(${JSON.stringify(asUrl(hook))});`;
  return { NODE_OPTIONS: `--import ${asUrl(registered)}` };
}

import { layers, sequential } from 'nabla';
import { type PictureSource, streamImageFiles } from 'nabla/images';
import { check, expect, note, report } from './report.js';

/** What scripts/browsers/picture-folders.ts wrote. */
interface Expected {
  readonly files: readonly string[];
  readonly options: { size: [number, number] };
  readonly paths: readonly string[];
  readonly labels: readonly number[];
  readonly classNames: readonly string[];
  readonly values: readonly number[];
}

const fetched = async (path: string): Promise<Blob> => (await fetch(path)).blob();

/** The files as an input gives them when its user picks the folder. */
const pickedFiles = (names: readonly string[]): Promise<File[]> =>
  Promise.all(
    names.map(async (path) => {
      const file = new File([await fetched(`/animals/${path}`)], path.split('/').at(-1)!);
      return Object.defineProperty(file, 'webkitRelativePath', { value: `animals/${path}` });
    }),
  );

/** A folder of the page's own storage, whose handles are those of `showDirectoryPicker`. */
async function ownDirectory(names: readonly string[]): Promise<FileSystemDirectoryHandle> {
  const root = await (await navigator.storage.getDirectory()).getDirectoryHandle('animals', { create: true });
  for (const path of names) {
    const parts = path.split('/');
    let folder = root;
    for (const part of parts.slice(0, -1)) folder = await folder.getDirectoryHandle(part, { create: true });
    const file = await (await folder.getFileHandle(parts.at(-1)!, { create: true })).createWritable();
    await file.write(await fetched(`/animals/${path}`));
    await file.close();
  }
  return root;
}

void report(async () => {
  const { files, options, ...expected }: Expected = await (await fetch('/expected.json')).json();
  const sources: Readonly<Record<string, PictureSource>> = {
    files: await pickedFiles(files),
    'a directory': await ownDirectory(files),
    'an archive': await fetched('/animals.zip'),
  };
  for (const [name, source] of Object.entries(sources)) {
    for (const threads of [0, 2]) {
      const { images, labels, classNames, paths, close } = await streamImageFiles(source, { ...options, threads });
      const { values } = await images.read(Int32Array.from(labels.data.keys()));
      check(
        `${name}: paths`,
        paths.map((path) => path.replace('archive/', '')),
        expected.paths,
      );
      check(`${name}: labels`, [...labels.data], expected.labels);
      check(`${name}: classes`, classNames, expected.classNames);
      const differ = expected.values.findIndex((value, at) => value !== values[at]);
      expect(
        `${name}, ${threads} threads: pixels of Node`,
        values.length === expected.values.length && differ < 0,
        differ,
      );
      await close();
    }
  }

  const animals = await streamImageFiles(sources['an archive'], options);
  const model = sequential({
    layers: [
      layers.flatten({ inputShape: [...options.size, 3] }),
      layers.dense({ units: animals.classNames.length, activation: 'softmax' }),
    ],
  });
  model.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'] });
  const { history } = await model.fit(animals.images, animals.labels, {
    epochs: 2,
    batchSize: 4,
    validationSplit: 0.2,
  });
  expect('fit', history.val_loss.every(Number.isFinite), history);
  await animals.close();
  note(`${expected.paths.length} pictures from ${Object.keys(sources).join(', ')}`);
});

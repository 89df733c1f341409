import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { openHdf5 } from '../../src/io/hdf5/read.js';
import { inspectFile } from '../../src/io/inspect.js';
import { loadModel, loadWeights } from '../../src/io/load.js';
import { saveModel } from '../../src/io/save.js';
import * as layers from '../../src/layers/index.js';
import { sequential } from '../../src/models/sequential.js';
import {
  branchedModel,
  expectFormatError,
  hasKerasModels,
  kerasModel,
  onCpu,
  temporaryFolder,
  valuesOf,
} from './helpers.js';

/* Files of nabla compared with files of Keras, read by h5py. */

onCpu();
const PYTHON = '/usr/bin/python3';
const hasH5py = spawnSync(PYTHON, ['-c', 'import h5py']).status === 0;
const script = fileURLToPath(new URL('./compare_h5.py', import.meta.url));
const folder = temporaryFolder();
const differences = (written: string, reference: string): string =>
  spawnSync(PYTHON, [script, written, reference], { encoding: 'utf8' }).stdout;

describe.skipIf(!hasH5py || !hasKerasModels)('compared with files of Keras (needs h5py and ../shared)', () => {
  test.each(['mnist_cnn_keras3.1.1.h5', 'mnist_cnn_keras3.1.1.keras'])('%s has the same structure', async (name) => {
    const model = await loadModel(kerasModel(name));
    const path = join(folder, name);
    await saveModel(model, path);
    expect(differences(path, kerasModel(name))).toBe('');
  });

  test('digits_mlp_keras3.weights.h5 has the same structure', async () => {
    const name = 'digits_mlp_keras3.weights.h5';
    const model = sequential({
      name: 'sequential',
      layers: [
        layers.flatten({ inputShape: [28, 28, 1], name: 'flatten' }),
        layers.dense({ units: 128, name: 'dense' }),
        layers.dense({ units: 64, name: 'dense_1' }),
        layers.dense({ units: 10, name: 'dense_2' }),
      ],
    });
    model.compile({ optimizer: 'adam', loss: 'mse' });
    await loadWeights(model, kerasModel(name));
    model.optimizer.build(model.trainableWeights.map(({ variable }) => variable));
    const path = join(folder, name);
    await saveModel(model, path);
    expect(differences(path, kerasModel(name))).toBe('');
  });

  test('the comparison finds what differs', async () => {
    const path = join(folder, 'other.h5');
    await saveModel(branchedModel(), path);
    expect(differences(path, kerasModel('mnist_cnn_keras3.1.1.h5'))).toContain('/model_weights');
  });
});

describe.skipIf(!hasH5py)('files of h5py (needs h5py)', () => {
  test('packed in chunks, with 16-bit floats and big-endian numbers', async () => {
    const path = join(folder, 'packed.h5');
    const program = `import h5py, numpy, sys
with h5py.File(sys.argv[1], 'w') as file:
    file.attrs['layer_names'] = [b'd', b'e']
    kernel = numpy.arange(60).reshape(20, 3)
    for name, kind in (('d', '<f2'), ('e', '>f4')):
        group = file.create_group(name)
        group.attrs['weight_names'] = [b'kernel:0', b'bias:0']
        group.create_dataset('kernel:0', data=kernel.astype(kind), chunks=(7, 2), compression='gzip', shuffle=True, fletcher32=True)
        group.create_dataset('bias:0', data=numpy.ones(3, kind))`;
    execFileSync(PYTHON, ['-c', program, path]);
    const dense = (name: string) => layers.dense({ units: 3, name, inputShape: [20] });
    for (const name of ['d', 'e']) {
      const model = sequential({ layers: [dense(name)] });
      await loadWeights(model, path, { byName: true });
      expect(valuesOf(model.getWeights())).toEqual([Array.from({ length: 60 }, (_, i) => i), [1, 1, 1]]);
    }
  });
});

describe.skipIf(!hasH5py)('layouts of h5py (needs h5py)', () => {
  const NAMES = Array.from({ length: 30 }, (_, i) => `layer_with_a_name_${i}`);

  // More than eight attributes or links go into heaps; chunks have their own kinds of index.
  test.each([
    ['by default', '{}', '{}'],
    ['that keep the order of creation', '{}', '{"track_order": True}'],
    ["with libver='latest'", '{"libver": "latest"}', '{}'],
    ["with libver='latest' and the order", '{"libver": "latest"}', '{"track_order": True}'],
    ['behind a user block', '{"userblock_size": 2048}', '{}'],
    ["behind a user block, with libver='latest'", '{"userblock_size": 512, "libver": "latest"}', '{}'],
  ])('%s', async (_, fileOptions, groupOptions) => {
    const path = join(folder, 'layout.h5');
    const program = `import h5py, numpy, sys
names = [f'layer_with_a_name_{i}' for i in range(30)]
with h5py.File(sys.argv[1], 'w', **${fileOptions}) as file:
    root = file.create_group('model_weights', **${groupOptions})
    for i in range(20):
        root.attrs[f'extra_{i}'] = i * numpy.ones(3)
    root.attrs['layer_names'] = names
    root.attrs['backend'] = 'tensorflow'
    root.attrs['keras_version'] = '2.4.0'
    for i, name in enumerate(names):
        group = root.create_group(name, **${groupOptions})
        group.attrs['weight_names'] = numpy.array([f'{name}/kernel:0'.encode()])
        data = numpy.arange(4096, dtype='f4').reshape(64, 64) + i
        chunks = [None, (64, 64), (16, 64), (1, 1)][i % 4]
        packed = {} if chunks is None else {'chunks': chunks, 'compression': 'gzip' if i % 8 < 4 else None}
        group.create_dataset(f'{name}/kernel:0', data=data, **packed)`;
    execFileSync(PYTHON, ['-c', program, path]);
    const model = sequential({
      layers: NAMES.map((name) => layers.dense({ units: 64, useBias: false, name, inputShape: [64] })),
    });
    const { loaded } = await loadWeights(model, path);
    expect(loaded).toHaveLength(30);
    for (const [i, values] of valuesOf(model.getWeights()).entries()) {
      expect(values).toEqual(Array.from({ length: 4096 }, (_, place) => place + i));
    }
    const { arrays } = await inspectFile(path);
    expect(arrays).toHaveLength(30);
  });

  test('with attributes and numbers of every kind', async () => {
    const path = join(folder, 'kinds.h5');
    const program = `import h5py, numpy, sys
with h5py.File(sys.argv[1], 'w') as file:
    file.attrs['str'] = 'größe'
    file.attrs['bytes'] = b'plain'
    file.attrs['strs'] = ['a', 'bcd', '']
    file.attrs['fixed'] = numpy.array([b'ab', b'cde'])
    file.attrs['number'] = 7
    file.attrs['none'] = h5py.Empty('f')
    for kind in ('i1', 'u1', 'i2', 'u2', 'i4', 'u4', 'i8', 'u8', 'f2', 'f4', 'f8', '>i4', '>f8', '?'):
        file.create_dataset(kind, data=numpy.array([1, 0, 1]).astype(kind))
    file.create_dataset('scalar', data=numpy.float64(2.5))
    file.create_dataset('none', shape=(0, 3), dtype='f4')`;
    execFileSync(PYTHON, ['-c', program, path]);
    const root = await openHdf5({ name: path, bytes: new Uint8Array(readFileSync(path)) });
    const attributes = ['str', 'bytes', 'strs', 'fixed', 'number', 'none', 'missing'];
    expect(attributes.map((name) => root.attribute(name))).toEqual([
      'größe',
      'plain',
      ['a', 'bcd', ''],
      ['ab', 'cde'],
      7,
      [],
      null,
    ]);
    for (const key of root.keys()) {
      const array = root.numbers(key)!;
      const values = Array.from(array.read().values);
      expect(values).toEqual(key === 'scalar' ? [2.5] : key === 'none' ? [] : [1, 0, 1]);
    }
  });

  test('with links that lead elsewhere are refused', async () => {
    const path = join(folder, 'links.h5');
    for (const link of ["h5py.SoftLink('/a')", "h5py.ExternalLink('/etc/passwd', '/')", "file['a']"]) {
      const program = `import h5py, sys
with h5py.File(sys.argv[1], 'w') as file:
    file.create_group('a/vars')
    file['b'] = ${link}`;
      execFileSync(PYTHON, ['-c', program, path]);
      await expectFormatError(inspectFile(path), path, /soft|external|a second link/);
    }
  });
});

describe.skipIf(!hasH5py)('nested models (needs h5py)', () => {
  test('have the inner paths of Keras 3', async () => {
    const path = join(folder, 'branched.keras');
    await saveModel(branchedModel(), path);
    const program = `import h5py, io, json, sys, zipfile
archive = zipfile.ZipFile(sys.argv[1])
found = []
h5py.File(io.BytesIO(archive.read('model.weights.h5'))).visititems(lambda name, item: found.append(name) if isinstance(item, h5py.Dataset) else None)
print(json.dumps([archive.namelist(), archive.testzip(), found]))`;
    const [names, damaged, arrays] = JSON.parse(execFileSync(PYTHON, ['-c', program, path], { encoding: 'utf8' }));
    expect(names).toEqual(['metadata.json', 'config.json', 'model.weights.h5']);
    expect(damaged).toBeNull();
    expect(arrays.sort()).toEqual([
      'layers/dense/vars/0',
      'layers/dense/vars/1',
      'layers/dense_1/vars/0',
      'layers/dense_1/vars/1',
      'layers/functional/layers/batch_normalization/vars/0',
      'layers/functional/layers/batch_normalization/vars/1',
      'layers/functional/layers/batch_normalization/vars/2',
      'layers/functional/layers/batch_normalization/vars/3',
      'layers/functional/layers/dense/vars/0',
      'layers/functional/layers/dense/vars/1',
      'layers/sequential/layers/batch_normalization/vars/0',
      'layers/sequential/layers/batch_normalization/vars/1',
      'layers/sequential/layers/batch_normalization/vars/2',
      'layers/sequential/layers/batch_normalization/vars/3',
      'layers/sequential/layers/dense/vars/0',
      'layers/sequential/layers/dense/vars/1',
    ]);
  });
});

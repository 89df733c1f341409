import { describe, expect, test } from 'vitest';
import { FormatError } from '../../src/base/errors.js';
import { writeZip } from '../../src/io/bytes/zip.js';
import { writeHdf5 } from '../../src/io/hdf5/write.js';
import { loadModel, loadWeights } from '../../src/io/load.js';
import { encodeModel } from '../../src/io/save.js';
import * as layers from '../../src/layers/index.js';
import { sequential } from '../../src/models/sequential.js';
import { uniformValues } from '../../src/tensor/random.js';
import { memory } from '../../src/tensor/scope.js';
import type { ModelFormat } from '../../src/training/options/save-options.js';
import { expectFormatError, FORMATS, hasKerasModels, kerasBytes, onCpu, smallSequential, valuesOf } from './helpers.js';

/* Files that are cut, damaged or forged: a FormatError that names file and place, soon, and nothing left behind. */

onCpu();

const KINDS: readonly ModelFormat[] = [...FORMATS, 'weights.h5'];
const named = (bytes: Uint8Array, name: string): File => new File([bytes.slice()], name);

/** Saved once for each kind. */
const saved = new Map<string, Promise<Uint8Array>>();
function bytesOf(format: ModelFormat): Promise<Uint8Array> {
  const make = () => {
    const model = smallSequential();
    model.compile({ optimizer: 'adam', loss: 'mse' });
    return encodeModel(model, format);
  };
  if (!saved.has(format)) saved.set(format, make());
  return saved.get(format)!;
}

/** Loads; gives the error, which must be a FormatError that names the file, or null. */
async function attempt(bytes: Uint8Array, name: string): Promise<FormatError | null> {
  const before = memory();
  const began = performance.now();
  try {
    if (name.includes('weights')) await loadWeights(smallSequential(), named(bytes, name));
    else (await loadModel(named(bytes, name))).dispose();
    return null;
  } catch (error) {
    expect(error).toBeInstanceOf(FormatError);
    expect((error as FormatError).message).toContain(name);
    if (!name.includes('weights')) expect(memory()).toEqual(before);
    return error as FormatError;
  } finally {
    expect(performance.now() - began).toBeLessThan(10_000);
  }
}

describe.each(KINDS)('a %s file', (format) => {
  test('cut at every tenth of its length is refused', async () => {
    const whole = await bytesOf(format);
    for (let tenth = 0; tenth < 10; tenth++) {
      const cut = whole.subarray(0, Math.floor((whole.length * tenth) / 10));
      expect(await attempt(cut, `cut.${format}`)).toBeInstanceOf(FormatError);
    }
    expect(await attempt(whole.subarray(0, whole.length - 1), `cut.${format}`)).toBeInstanceOf(FormatError);
    expect(await attempt(whole, `whole.${format}`)).toBeNull();
  });

  test('with a byte flipped loads, or is refused', async () => {
    const whole = await bytesOf(format);
    const random = uniformValues(3 * 400, 17);
    let refused = 0;
    for (let flip = 0; flip < 400; flip++) {
      const damaged = whole.slice();
      // Half of them in the first tenth, where more depends on them than one weight.
      const range = flip % 2 === 0 ? whole.length : Math.min(whole.length, 20_000);
      damaged[Math.floor(random[3 * flip] * range)] ^= 1 << Math.floor(random[3 * flip + 1] * 8);
      if (await attempt(damaged, `flipped.${format}`)) refused++;
    }
    expect(refused).toBeGreaterThan(0);
    // The library that reads HDF5 is in order after all that.
    expect(await attempt(whole, `whole.${format}`)).toBeNull();
  }, 120_000);
});

describe.skipIf(!hasKerasModels)('files that Keras wrote (needs ../shared)', () => {
  test.each(['cifar10_lenet_keras2.1.4.h5', 'mnist_cnn_keras3.1.1.h5', 'mnist_cnn_keras3.1.1.keras'])(
    '%s, cut and flipped',
    async (name) => {
      const whole = kerasBytes(name);
      for (let tenth = 0; tenth < 10; tenth++) {
        const cut = whole.subarray(0, Math.floor((whole.length * tenth) / 10));
        expect(await attempt(cut, name)).toBeInstanceOf(FormatError);
      }
      const random = uniformValues(2 * 300, 23);
      for (let flip = 0; flip < 300; flip++) {
        const damaged = whole.slice();
        const range = flip % 3 === 0 ? whole.length : Math.min(whole.length, 24_000);
        damaged[Math.floor(random[2 * flip] * range)] = Math.floor(random[2 * flip + 1] * 256);
        await attempt(damaged, name);
      }
      expect(await attempt(whole, name)).toBeNull();
    },
    120_000,
  );
});

/** A .keras archive around a config, with the weights of `model` if given. */
async function kerasFile(config: unknown, weights?: Uint8Array): Promise<File> {
  const text = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));
  const bytes = await writeZip({
    'metadata.json': text({ keras_version: '3.1.1' }),
    'config.json': text(config),
    'model.weights.h5': weights ?? (await writeHdf5((root) => void root.child('vars'))),
  });
  return named(bytes, 'forged.keras');
}

const layer = (className: string, name: string, config = {}, inbound?: unknown) => ({
  class_name: className,
  config: { name, ...config },
  ...(inbound === undefined ? {} : { name, inbound_nodes: inbound }),
});
const sequentialConfig = (...all: unknown[]) => ({ class_name: 'Sequential', config: { name: 's', layers: all } });
const inputLayer = layer('InputLayer', 'in', { batch_shape: [null, 4] });

describe('a config', () => {
  test('with an unknown layer', async () => {
    const file = await kerasFile(sequentialConfig(inputLayer, layer('Telepathy', 'mind')));
    await expectFormatError(loadModel(file), 'forged.keras', /mind \(Telepathy\)/, /registerLayer/);
  });

  test('with Python code: Lambda layers, and lambdas in options', async () => {
    const lambda = layer('Lambda', 'code', { function: ['4wEAAAAAAAAA', null, null] });
    await expectFormatError(
      loadModel(await kerasFile(sequentialConfig(inputLayer, lambda))),
      /code \(Lambda\)/,
      /not run/,
    );
    const hidden = layer('Dense', 'd', { units: 2, activation: { class_name: '__lambda__', config: { value: 'x' } } });
    await expectFormatError(loadModel(await kerasFile(sequentialConfig(inputLayer, hidden))), /d \(Dense\)/, /not run/);
  });

  const tensor = (name: string, call = 0, output = 0) => ({
    class_name: '__keras_tensor__',
    config: { shape: [null, 4], dtype: 'float32', keras_history: [name, call, output] },
  });
  const call = (...names: unknown[]) => [{ args: [names.length === 1 ? names[0] : names], kwargs: {} }];
  const functional = (output: string, ...all: unknown[]) => ({
    class_name: 'Functional',
    config: { name: 'f', layers: all, input_layers: [['in', 0, 0]], output_layers: [[output, 0, 0]] },
  });
  const start = layer('InputLayer', 'in', { batch_shape: [null, 4] }, []);

  test('whose layers wait for each other', async () => {
    const config = functional(
      'b',
      start,
      layer('Add', 'a', {}, call(tensor('in'), tensor('b'))),
      layer('Activation', 'b', { activation: 'relu' }, call(tensor('a'))),
    );
    await expectFormatError(loadModel(await kerasFile(config)), /a, b form a cycle/);
    const own = functional('a', start, layer('Add', 'a', {}, call(tensor('in'), tensor('a'))));
    await expectFormatError(loadModel(await kerasFile(own)), /cycle/);
  });

  test('that names missing layers', async () => {
    const missing = functional('a', start, layer('Activation', 'a', { activation: 'relu' }, call(tensor('ghost'))));
    await expectFormatError(loadModel(await kerasFile(missing)), /a \(Activation\)/, /no layer ghost/);
    const call7 = functional('a', start, layer('Activation', 'a', { activation: 'relu' }, call(tensor('in', 7))));
    await expectFormatError(loadModel(await kerasFile(call7)), /output 0 of call 7 of in/);
    await expectFormatError(loadModel(await kerasFile(functional('nowhere', start))), /output_layers.*nowhere/);
    const twice = functional('in', start, start);
    await expectFormatError(loadModel(await kerasFile(twice)), /in \(InputLayer\): the name is used twice/);
  });

  test('whose options make no sense', async () => {
    for (const options of [
      { units: -1 },
      { units: {} },
      { units: 2, activation: 'scream' },
      { units: 2, dtype: 'int4' },
    ]) {
      const file = await kerasFile(sequentialConfig(inputLayer, layer('Dense', 'd', options)));
      await expectFormatError(loadModel(file), 'forged.keras', /d \(Dense\)/);
    }
    const file = await kerasFile(sequentialConfig(layer('InputLayer', 'in', { batch_shape: 'wide' })));
    await expectFormatError(loadModel(file), 'forged.keras');
  });

  test('that is not a config', async () => {
    for (const config of [null, 7, [], {}, { class_name: 'Sequential' }, { class_name: 'Functional', config: {} }]) {
      await expectFormatError(loadModel(await kerasFile(config)), 'forged.keras');
    }
    const deep = new TextEncoder().encode('['.repeat(100_000) + ']'.repeat(100_000));
    await expectFormatError(
      loadModel(named(await writeZip({ 'config.json': deep }), 'deep.keras')),
      /nested 100000 deep/,
    );
  });

  test('with names that JavaScript treats specially', async () => {
    const text = `{"class_name":"Sequential","config":{"name":"s","layers":[{"class_name":"Dense","config":{"name":"d","units":2,"__proto__":{"polluted":1},"constructor":1,"batch_input_shape":[null,4]}}]}}`;
    const zip = await writeZip({
      'metadata.json': new TextEncoder().encode('{"keras_version":"3.1.1"}'),
      'config.json': new TextEncoder().encode(text),
      'model.weights.h5': await writeHdf5((root) => void root.child('vars')),
    });
    await expectFormatError(loadModel(named(zip, 'proto.keras')), 'proto.keras');
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
  });

  test('of more than memory holds', async () => {
    const file = await kerasFile(sequentialConfig(inputLayer, layer('Dense', 'd', { units: 1_000_000_000 })));
    await expectFormatError(loadModel(file), 'forged.keras: d (Dense)', /4000000000 elements/);
  });
});

describe('an archive', () => {
  const text = (value: string) => new TextEncoder().encode(value);

  test('whose names lead out of it', async () => {
    for (const name of ['../evil.json', '/etc/passwd', 'a/../../b', 'C:\\evil', '..\\evil']) {
      const bytes = await writeZip({ [name]: text('{}'), 'config.json': text('{}') });
      await expectFormatError(loadModel(named(bytes, 'evil.keras')), 'evil.keras', /leads out of the archive/);
    }
  });

  test('without its parts', async () => {
    const bytes = await writeZip({ 'something.txt': text('hello') });
    await expectFormatError(loadModel(named(bytes, 'empty.keras')), /no config\.json/);
  });

  test('that unpacks to more than it may: a bomb', async () => {
    const { zipSync } = await import('fflate');
    const zeros = zipSync({ 'config.json': new Uint8Array(20_000_000) }, { level: 9 });
    expect(zeros.length).toBeLessThan(30_000);
    // 20 MB of zeros are unpacked, and are no JSON.
    await expectFormatError(loadModel(named(zeros, 'zeros.keras')), 'zeros.keras');
    for (const claim of [0xfffffff0, 0x90000000]) {
      const bomb = zeros.slice();
      const view = new DataView(bomb.buffer);
      const directory = view.getUint32(bomb.length - 6, true);
      view.setUint32(directory + 24, claim, true);
      await expectFormatError(loadModel(named(bomb, 'bomb.keras')), 'bomb.keras', /bytes can contain|at most/);
    }
  });

  test('whose contents do not have their checksums', async () => {
    const bytes = await writeZip({ 'config.json': text('{"class_name":"Sequential"}'), 'metadata.json': text('{}') });
    bytes[bytes.indexOf('S'.charCodeAt(0))] ^= 1;
    await expectFormatError(loadModel(named(bytes, 'sum.keras')), /config\.json.*checksum/);
  });
});

describe('claims of 10⁹ elements', () => {
  test('in a safetensors header', async () => {
    const claim = (entry: object) => {
      const header = new TextEncoder().encode(JSON.stringify({ huge: entry }));
      const bytes = new Uint8Array(8 + header.length + 16);
      new DataView(bytes.buffer).setBigUint64(0, BigInt(header.length), true);
      bytes.set(header, 8);
      return named(bytes, 'huge.safetensors');
    };
    for (const entry of [
      { dtype: 'F32', shape: [1_000_000_000], data_offsets: [0, 4_000_000_000] },
      { dtype: 'F32', shape: [1e9, 1e9, 1e9], data_offsets: [0, 16] },
      { dtype: 'F32', shape: [4], data_offsets: [0, 12] },
      { dtype: 'F32', shape: [-4], data_offsets: [0, 16] },
      { dtype: 'F12', shape: [4], data_offsets: [0, 16] },
      { dtype: 'F32', shape: [4], data_offsets: 'here' },
    ]) {
      await expectFormatError(loadWeights(smallSequential(), claim(entry)), 'huge.safetensors: huge');
    }
    const length = new Uint8Array(16);
    new DataView(length.buffer).setBigUint64(0, 90_000_000n, true);
    length[8] = 0x7b;
    await expectFormatError(loadWeights(smallSequential(), named(length, 'long.safetensors')), /truncated/);
  });

  test('in the shape of an HDF5 data set', async () => {
    const bytes = await writeHdf5((root) => {
      root.texts('layer_names', ['d'], 'bytes');
      root
        .child('d')
        .texts('weight_names', ['kernel'], 'bytes')
        .numbers('kernel', Float32Array.of(1, 2, 3, 4), [2, 2]);
    });
    // The dataspace: version 1, rank 2, then its dimensions.
    const view = new DataView(bytes.buffer, bytes.byteOffset);
    const at = bytes.findIndex(
      (_, i) => i % 8 === 0 && view.getUint32(i, true) === 0x010201 && view.getUint32(i + 8, true) === 2,
    );
    expect(at).toBeGreaterThan(0);
    view.setUint32(at + 8, 500_000_000, true);
    const model = sequential({ layers: [layers.dense({ units: 2, useBias: false, inputShape: [2] })] });
    await expectFormatError(
      loadWeights(model, named(bytes, 'huge.h5')),
      'huge.h5',
      /byte \d+.*\/d\/kernel.*the shape claims 4000000000/,
    );
  });

  test('in the manifest of model.json', async () => {
    const json = {
      modelTopology: sequentialConfig(layer('Dense', 'd', { units: 2, batch_input_shape: [null, 2] })),
      weightsManifest: [
        { paths: ['w.bin'], weights: [{ name: 'd/kernel', shape: [1_000_000_000], dtype: 'float32' }] },
      ],
    };
    const files = [
      named(new TextEncoder().encode(JSON.stringify(json)), 'model.json'),
      named(new Uint8Array(16), 'w.bin'),
    ];
    await expectFormatError(loadModel(files), 'model.json', /take 4000000000 bytes, but its files have 16/);
  });
});

test('says of other files that they are none', async () => {
  await expectFormatError(
    loadModel(named(new TextEncoder().encode('GIF89a…'), 'cat.gif')),
    'cat.gif',
    /byte 0: not a model file/,
  );
  await expectFormatError(loadModel(named(new Uint8Array(0), 'empty.h5')), 'empty.h5');
  await expectFormatError(loadModel('no/such/model.keras'), 'no/such/model.keras: no such file');
});

/*
 * A user block of 512, 1024, 2048 … bytes may precede the superblock (HDF5 file format specification, section II.A).
 * h5py notes its size as base address; libhdf5 counts addresses from the superblock, whatever the note says
 * (H5F__super_read), so that a block may be put before a file that has none.
 */
test.each([512, 4096])('reads HDF5 behind a user block of %d bytes', async (size) => {
  const bytes = await bytesOf('h5');
  const whole = new Uint8Array(size + bytes.length);
  whole.fill(0x7b, 0, size);
  whole.set(bytes, size);
  const expected = valuesOf((await loadModel(named(bytes, 'plain.h5'))).getWeights());
  expect(valuesOf((await loadModel(named(whole, 'block.h5'))).getWeights())).toEqual(expected);
  const cut = named(whole.subarray(0, whole.length - 1), 'cut.h5');
  await expectFormatError(loadModel(cut), 'cut.h5', `behind its user block of ${size} bytes: the file has`);
});

test('an archive that holds HDF5 at byte 2048 is an archive', async () => {
  const archive = (await bytesOf('keras')).slice();
  const signature = [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a];
  archive.set(signature, 2048);
  await expectFormatError(loadModel(named(archive, 'a.keras')), 'a.keras', /^(?!.*user block)/);
});

test('refuses HDF5 of layouts that are not known', async () => {
  const bytes = (await bytesOf('h5')).slice();
  bytes[8] = 4;
  await expectFormatError(loadModel(named(bytes, 'later.h5')), 'later.h5', /superblock.*version 4, expected 0 to 3/);
});

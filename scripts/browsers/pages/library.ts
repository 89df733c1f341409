import * as nb from 'nabla';
import { modelAndData } from './model.js';
import { check, expect, note, refuses, report } from './report.js';

/*
 * The library on a page: a gradient, a product on every thread, a model that is trained, saved and loaded. The query
 * says what the page's headers allow: `threads=all` or `1`, `backend=wasm` or `cpu`, `hdf5` why it cannot be
 * written, `note` a part of the backend's notes.
 */

const allowed = new URLSearchParams(location.search);

void report(async () => {
  const x = nb.tensor([
    [1, 2],
    [3, 4],
  ]);
  check(
    'the gradient',
    [
      ...nb
        .grad((x) => x.matMul(x).sum())(x)
        .dataSync(),
    ],
    [7, 11, 9, 13],
  );
  const isIsolated = allowed.get('threads') === 'all';
  check('threads', nb.backendInfo().threads, isIsolated ? Math.max(1, navigator.hardwareConcurrency - 1) : 1);
  // Where a policy forbids workers, this is what finds it out.
  if (crossOriginIsolated) nb.setThreads(2);
  // Large enough to run on several threads.
  const ones = () => nb.ones([512, 512]);
  check(
    'a product',
    nb.tidy(() => nb.matMul(ones(), ones()).min().dataSync()[0]),
    512,
  );
  // A blocked worker says so by an event.
  await new Promise((resolve) => setTimeout(resolve, 300));
  check(
    'the product after it',
    nb.tidy(() => nb.matMul(ones(), ones()).min().dataSync()[0]),
    512,
  );

  await refuses('units: 0', () => nb.layers.dense({ units: 0 }), 'expected an integer ≥ 1');

  const { name, variant, threads, notes } = nb.backendInfo();
  check('the backend', name, allowed.get('backend') ?? 'wasm');
  check('threads after setThreads', threads, isIsolated ? 2 : 1);
  if (allowed.has('note')) expect('a note of the backend', notes.join().includes(allowed.get('note')!), notes);

  const { model, x: inputs, y: labels } = modelAndData();
  const { history } = await model.fit(inputs, labels, { epochs: 10, batchSize: 16, verbose: 0 });
  const losses = history.loss as number[];
  expect('losses fall', losses.length === 10 && losses[9] < 0.9 * losses[0], losses);

  const drift = async (file: Uint8Array) => {
    const loaded = await nb.loadModel(file);
    const [a, b] = [model, loaded].map((each) => each.predict(inputs) as nb.Tensor);
    return nb.tidy(() => a.sub(b).abs().max().dataSync()[0]);
  };
  check('.safetensors, predictions after', await drift(await nb.encodeModel(model, 'safetensors')), 0);
  const reason = allowed.get('hdf5');
  if (reason) {
    const message = `HDF5 files (.keras, .h5) cannot be written here: ${reason}`;
    await refuses('.keras', () => nb.encodeModel(model, 'keras'), message);
  } else check('.keras, predictions after', await drift(await nb.encodeModel(model, 'keras')), 0);

  note(`${name}, ${variant}, ${threads} thread(s), loss ${losses[0].toFixed(3)} to ${losses[9].toFixed(3)}`);
});

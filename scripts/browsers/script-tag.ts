import { readFileSync } from 'node:fs';
import type { Site } from './site.js';

const dist = (name: string): Uint8Array => readFileSync(new URL(`../../dist/${name}`, import.meta.url));

/** A page and its server name no charset; scripts are read as windows-1252 then. */
export const HTML = {
  library: '<!doctype html><body><script src=/lib/nabla.min.js></script><script src=/page.js></script>',
  page: '<!doctype html><body><script src=/page.js></script>',
};

/** The page that docs/browsers.md shows. */
const SHOWN = /^```html\n([\s\S]*?)^```$/m.exec(
  readFileSync(new URL('../../docs/browsers.md', import.meta.url), 'utf8'),
)![1];
export const DOCS_HTML = `<!doctype html><body>${SHOWN}<script src=/page.js></script>`;

const WORKER = `
importScripts('/lib/nabla.min.js');
const dense = nabla.layers.dense({ units: 1, inputShape: [2], kernelInitializer: 'ones' });
nabla.encodeModel(nabla.sequential({ layers: [dense] }), 'keras')
  .then((file) => nabla.loadModel(file))
  .then((loaded) => postMessage([...loaded.predict(nabla.tensor([[1, 2]])).dataSync()]))
  .catch((error) => postMessage(String(error)));
`;

/** The library where a page serves it, and a worker that takes it from there. */
export const SCRIPT_TAG: Site['files'] = {
  '/lib/nabla.min.js': dist('nabla.min.js'),
  '/lib/nabla.hdf5.min.js': dist('nabla.hdf5.min.js'),
  '/lib/nabla.decode.min.js': dist('nabla.decode.min.js'),
  '/worker.js': WORKER,
};

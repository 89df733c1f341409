import { check, report } from './report.js';

/* A worker that is not a module and gets the library by `importScripts`, see scripts/browsers/script-tag.ts. */

void report(async () => {
  const worker = new Worker('/worker.js');
  const answer = await new Promise((resolve, reject) => {
    worker.onmessage = ({ data }) => resolve(data);
    worker.onerror = ({ message }) => reject(new Error(message));
  });
  check('a prediction of a model that was saved and loaded', answer, [3]);
});

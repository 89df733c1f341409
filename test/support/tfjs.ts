import { createRequire } from 'node:module';
import type * as nabla from '../../src/index.js';

/** The tfjs in bench/peers, or null where `npm install` has not run there: tests that compare with it then skip. */
export const tfjs: typeof nabla | null = loadTfjs();

function loadTfjs(): typeof nabla | null {
  const peers = createRequire(new URL('../../bench/peers/package.json', import.meta.url));
  const { warn, info, log } = console;
  try {
    peers.resolve('@tensorflow/tfjs');
  } catch {
    return null;
  }
  // It advertises tfjs-node when it is loaded.
  Object.assign(console, { warn: () => {}, info: () => {}, log: () => {} });
  try {
    return peers('@tensorflow/tfjs');
  } finally {
    Object.assign(console, { warn, info, log });
  }
}

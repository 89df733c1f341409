import { FormatError, ValueError } from '../../base/errors.js';
import { infoOf, type ModelArtifacts, type ModelArtifactsInfo, weightBytes } from './artifacts.js';
import type { ModelStore } from './store.js';

/* Uses tfjs's database, so that either package can read models saved by the other. */

const SCHEME = 'indexeddb://';
const DATABASE = 'tensorflowjs';
const MODELS = 'models_store';
const INFO = 'model_info_store';

const done = <T>(request: IDBRequest<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

async function open(): Promise<IDBDatabase> {
  if (typeof indexedDB !== 'object' || !indexedDB) throw new ValueError(`${SCHEME}: IndexedDB is not available`);
  const request = indexedDB.open(DATABASE, 1);
  request.onupgradeneeded = () => {
    request.result.createObjectStore(MODELS, { keyPath: 'modelPath' });
    request.result.createObjectStore(INFO, { keyPath: 'modelPath' });
  };
  return done(request);
}

/** Run requests in one transaction: all of them take effect, or none. */
async function transact<T>(
  mode: IDBTransactionMode,
  f: (models: IDBObjectStore, infos: IDBObjectStore) => Promise<T>,
): Promise<T> {
  const database = await open();
  try {
    const transaction = database.transaction([MODELS, INFO], mode);
    const completed = new Promise<void>((resolve, reject) => {
      transaction.oncomplete = () => resolve();
      transaction.onabort = () => reject(transaction.error);
      transaction.onerror = () => reject(transaction.error);
    });
    const result = await f(transaction.objectStore(MODELS), transaction.objectStore(INFO));
    await completed;
    return result;
  } finally {
    database.close();
  }
}

async function save(name: string, artifacts: ModelArtifacts) {
  const info = infoOf(artifacts);
  // Concatenate, because a structured clone would keep separate pieces.
  const whole = { ...artifacts, weightData: new Uint8Array(weightBytes(artifacts)).buffer };
  await transact('readwrite', async (models, infos) => {
    await done(infos.put({ modelPath: name, modelArtifactsInfo: info }));
    await done(models.put({ modelPath: name, modelArtifacts: whole, modelArtifactsInfo: info }));
  });
  return { modelArtifactsInfo: info };
}

async function load(name: string): Promise<ModelArtifacts> {
  const found = await transact('readonly', (models) => done(models.get(name)));
  if (!found) throw new FormatError(`${SCHEME}${name}: there is no such model`);
  return (found as { modelArtifacts: ModelArtifacts }).modelArtifacts;
}

interface Listed {
  readonly modelPath: string;
  readonly modelArtifactsInfo: ModelArtifactsInfo;
}

/** Models in the page's IndexedDB. */
export const indexedDBModels: ModelStore = {
  scheme: SCHEME,
  handler: (name) => ({ save: (artifacts) => save(name, artifacts), load: () => load(name) }),
  async list() {
    const infos: Listed[] = await transact('readonly', (_, all) => done(all.getAll()));
    return Object.fromEntries(infos.map((each) => [each.modelPath, each.modelArtifactsInfo]));
  },
  remove: (name) =>
    transact('readwrite', async (models, infos) => {
      const info: Listed | undefined = await done(infos.get(name));
      if (!info) return null;
      await done(models.delete(name));
      await done(infos.delete(name));
      return info.modelArtifactsInfo;
    }),
};

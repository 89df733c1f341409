import { assertText } from '../../base/arguments.js';
import { ValueError } from '../../base/errors.js';
import { string } from '../../base/option.js';
import { plainPath } from '../../base/plain-path.js';
import type { IOHandler, ModelArtifactsInfo } from './artifacts.js';
import { browserDownloads, fileSystem } from './files.js';
import { http } from './http.js';
import { indexedDBModels } from './indexed-db.js';
import { localStorageModels } from './local-storage.js';
import { originPrivateModels } from './origin-private.js';
import type { ModelStore } from './store.js';

/* Handlers by URL. */

/** Return a handler for a URL, or null if the router does not support it. */
export type Router = (url: string | readonly string[]) => IOHandler | null;

const STORES: readonly ModelStore[] = [indexedDBModels, localStorageModels, originPrivateModels];

const saveRouters: Router[] = [];
const loadRouters: Router[] = [];

/**
 * Add URLs for `model.save`. @example io.registerSaveRouter((url) => (String(url).startsWith('s3://') ?
 * io.http(`https://${String(url).slice(5)}`) : null));
 */
export function registerSaveRouter(router: Router): void {
  saveRouters.push(router);
}

/**
 * Add URLs for `loadLayersModel`. @example io.registerLoadRouter((url) => (String(url).startsWith('s3://') ?
 * io.http(`https://${String(url).slice(5)}`) : null));
 */
export function registerLoadRouter(router: Router): void {
  loadRouters.push(router);
}

const routed = (routers: readonly Router[], url: string): IOHandler[] =>
  routers.map((router) => router(url)).filter((handler) => handler !== null);

function stored(url: string): { store: ModelStore; name: string } | null {
  const store = STORES.find(({ scheme }) => url.startsWith(scheme));
  if (!store) return null;
  const name = url.slice(store.scheme.length);
  if (name === '') throw new ValueError(`${url}: expected a name after ${store.scheme}`);
  return { store, name };
}

function storeHandler(url: string): IOHandler | null {
  const found = stored(url);
  return found?.store.handler(found.name) ?? null;
}

/** The save handlers for a URL; none for a path. */
export function getSaveHandlers(url: string): IOHandler[] {
  string().check('getSaveHandlers', 'url', url);
  const own = routed(saveRouters, url);
  const inStore = storeHandler(url);
  if (inStore) return [...own, inStore];
  if (/^https?:/.test(url)) return [...own, http(url)];
  if (url.startsWith('downloads://')) return [...own, browserDownloads(url.slice('downloads://'.length) || 'model')];
  if (url.startsWith('file://')) return [...own, fileSystem(plainPath(url))];
  return own;
}

/** The load handlers for a URL; none for paths and HTTP URLs, which `loadModel` reads itself. */
export function getLoadHandlers(url: string): IOHandler[] {
  string().check('getLoadHandlers', 'url', url);
  const inStore = storeHandler(url);
  return [...routed(loadRouters, url), ...(inStore ? [inStore] : [])];
}

/**
 * List the models in the page's stores, by URL.
 * @example console.log(Object.keys(await io.listModels()));
 */
export async function listModels(): Promise<Record<string, ModelArtifactsInfo>> {
  const here: Readonly<Record<string, boolean>> = {
    'indexeddb://': typeof indexedDB === 'object',
    'localstorage://': typeof localStorage === 'object',
    'opfs://': typeof navigator === 'object' && typeof navigator.storage?.getDirectory === 'function',
  };
  const models: Record<string, ModelArtifactsInfo> = {};
  for (const { scheme, list } of STORES.filter((store) => here[store.scheme])) {
    for (const [name, info] of Object.entries(await list())) models[scheme + name] = info;
  }
  return models;
}

/** @throws ValueError for a URL without a store, or a model that does not exist */
async function known(caller: string, url: string): Promise<{ store: ModelStore; name: string }> {
  assertText(caller, 'url', url, 'an address');
  const found = stored(url);
  if (!found) {
    throw new ValueError(`${caller}: ${url}, expected ${STORES.map(({ scheme }) => `${scheme}name`).join(', ')}`);
  }
  return found;
}

/**
 * Remove a model from a store of the page.
 * @throws ValueError when there is no such model
 * @example await io.removeModel('indexeddb://digits');
 */
export async function removeModel(url: string): Promise<ModelArtifactsInfo> {
  const { store, name } = await known('removeModel', url);
  const info = await store.remove(name);
  if (!info) throw new ValueError(`removeModel: there is no model at ${url}`);
  return info;
}

/**
 * Copy a model between stores of the page.
 * @throws ValueError for the same URL twice @throws FormatError when there is no model
 * @example await io.copyModel('localstorage://digits', 'indexeddb://digits');
 */
export async function copyModel(sourceURL: string, destURL: string): Promise<ModelArtifactsInfo> {
  assertText('copyModel', 'sourceURL', sourceURL, 'an address');
  assertText('copyModel', 'destURL', destURL, 'an address');
  if (sourceURL === destURL) throw new ValueError(`copyModel: source and destination are both ${sourceURL}`);
  const from = await known('copyModel', sourceURL);
  const to = await known('copyModel', destURL);
  const artifacts = await from.store.handler(from.name).load();
  return (await to.store.handler(to.name).save(artifacts)).modelArtifactsInfo;
}

/**
 * Move a model between stores of the page. The old one is removed when the new one is complete.
 * @throws ValueError for the same URL twice @throws FormatError when there is no model
 * @example await io.moveModel('localstorage://digits', 'indexeddb://digits');
 */
export async function moveModel(sourceURL: string, destURL: string): Promise<ModelArtifactsInfo> {
  const info = await copyModel(sourceURL, destURL);
  await removeModel(sourceURL);
  return info;
}

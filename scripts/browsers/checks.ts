import type { PageOptions } from './open-page.js';
import { pictureFolders } from './picture-folders.js';
import { PICTURES } from './pictures.js';
import { DOCS_HTML, HTML, SCRIPT_TAG } from './script-tag.js';

/** A page to open in every browser. */
export interface Check {
  readonly name: string;
  /** The script, in `pages/`. */
  readonly page: string;
  /** A page for a script that is not a module, and where that has the library from; default a page with a module. */
  readonly script?: { readonly html: string; readonly nablaFrom: 'global' | 'package' };
  /** Scripts of workers: files relative to this one, by path on the site. */
  readonly workers?: Readonly<Record<string, string>>;
  /** Other files of the site, by path. */
  readonly files?: PageOptions['files'];
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: PageOptions['headers'];
}

/** What gives a page threads. */
const ISOLATED = { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' };
const policy = (...directives: string[]) => ({ 'Content-Security-Policy': directives.join('; ') });
const WASM = "script-src 'self' 'wasm-unsafe-eval'";

const PICTURE_FOLDERS = await pictureFolders();

export const CHECKS: readonly Check[] = [
  { name: 'an isolated page', page: 'library', headers: ISOLATED, query: { threads: 'all' } },
  { name: 'a plain page', page: 'library' },
  {
    name: 'an isolated page with a strict policy',
    page: 'library',
    headers: { ...ISOLATED, ...policy("default-src 'self'", WASM, 'worker-src blob:') },
    query: { threads: 'all' },
  },
  {
    name: 'an isolated page whose policy forbids workers of blobs',
    page: 'library',
    headers: { ...ISOLATED, ...policy("default-src 'self'", WASM) },
    query: { note: 'Content-Security-Policy' },
  },
  {
    name: 'a page whose policy forbids WebAssembly',
    page: 'library',
    headers: policy("default-src 'self'"),
    query: {
      backend: 'cpu',
      hdf5: "WebAssembly does not run (a page's Content-Security-Policy",
      note: 'wasm not used',
    },
  },
  {
    name: 'an isolated page with Trusted Types',
    page: 'library',
    headers: { ...ISOLATED, ...policy(WASM, 'worker-src blob:', "require-trusted-types-for 'script'") },
    query: { note: 'a worker thread could not start' },
  },
  {
    name: 'a script tag, without a charset',
    page: 'library',
    script: { html: HTML.library, nablaFrom: 'global' },
    files: SCRIPT_TAG,
  },
  {
    name: 'a script in UTF-8, without a charset',
    page: 'library',
    script: { html: HTML.page, nablaFrom: 'package' },
    query: { hdf5: 'the page is read as windows-1252' },
  },
  {
    name: 'a script in UTF-8, with its charset',
    page: 'library',
    script: { html: `<meta charset=utf-8>${HTML.page}`, nablaFrom: 'package' },
  },
  {
    name: 'the page of docs/browsers.md',
    page: 'docs-page',
    script: { html: DOCS_HTML, nablaFrom: 'global' },
    files: SCRIPT_TAG,
  },
  { name: 'a worker with importScripts', page: 'script-tag-worker', files: SCRIPT_TAG },
  { name: 'pixels', page: 'pixels', workers: { '/worker.js': 'pages/pixels-worker.ts' }, files: PICTURES },
  { name: 'folders of pictures', page: 'picture-folders', files: PICTURE_FOLDERS },
  {
    name: 'folders of pictures, by a script tag',
    page: 'picture-folders',
    script: { html: HTML.library, nablaFrom: 'global' },
    files: { ...PICTURE_FOLDERS, ...SCRIPT_TAG },
  },
  {
    name: 'folders of pictures on a page without threads',
    page: 'picture-folders',
    headers: policy("default-src 'self'", WASM),
    files: PICTURE_FOLDERS,
  },
  { name: 'stores of models', page: 'stores' },
  { name: 'a hidden tab, and frames', page: 'rates' },
  {
    name: 'examples/web-worker',
    page: 'worker-example',
    workers: { '/worker.ts': '../../examples/web-worker/worker.ts' },
  },
];

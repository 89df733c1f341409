// NABLA_NATIVE names a folder with the real one: scripts/gpu-ci.sh makes it.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const folder = process.env.NABLA_NATIVE;
if (!folder) throw new Error('webgpu: a stand-in; set NABLA_NATIVE to a folder that has the real one');
export const { create, globals } = await import(pathToFileURL(join(folder, 'node_modules', 'webgpu', 'index.js')).href);

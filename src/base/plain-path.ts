import { nodeModule } from './node-module.js';

/** Return the path of `file://…`, or the path itself. */
export function plainPath(path: string): string {
  if (!path.startsWith('file://')) return path;
  try {
    return nodeModule('node:url')!.fileURLToPath(path);
  } catch {
    // tfjs treats `file://model.json` as a relative path.
    return path.slice('file://'.length);
  }
}

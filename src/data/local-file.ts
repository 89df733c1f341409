import { ValueError } from '../base/errors.js';

/**
 * Read a file in pieces.
 * @param address `file:///folder/name`, or tfjs's `file://name`, relative to the working directory
 * @throws ValueError where there are no files, as in browsers
 */
export function readLocalFile(address: string): AsyncIterable<Uint8Array> {
  // Loaded at run time, so that bundlers do not see modules of Node.
  const host = globalThis.process;
  if (!host?.getBuiltinModule)
    throw new ValueError(`${address}: this platform has no files, expected a URL, a Blob or a function`);
  const path = pathOf(address, host.getBuiltinModule('node:url'));
  return host.getBuiltinModule('node:fs').createReadStream(path);
}

function pathOf(address: string, { fileURLToPath }: typeof import('node:url')): string {
  try {
    return fileURLToPath(address);
  } catch {
    return address.slice('file://'.length);
  }
}

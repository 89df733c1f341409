import type { Reader, ZipEntry } from 'unzipit';
import { FormatError } from '../../base/errors.js';
import { assertPictureSize, isPictureName, type PictureFile, type PictureTree } from './picture-tree.js';

/**
 * The files of a zip archive; each is unpacked when it is needed. A single folder around all others is left out, as
 * archives of folders have one.
 * @param source its bytes, of which parts are read
 * @param close called when the tree is closed
 * @throws FormatError when it is not a zip archive, or damaged
 */
export async function treeOfZip(
  name: string,
  source: Blob | Reader,
  close = async (): Promise<void> => {},
): Promise<PictureTree> {
  // It makes a TextDecoder when it is loaded, which not every environment has.
  const { unzipRaw } = await import('unzipit');
  const { entries } = await unzipRaw(source).catch((error: Error) => {
    throw new FormatError(`${name}: not a zip archive, or a damaged one (${error.message})`, { cause: error });
  });
  const all = entries.filter(({ name }) => !isForeign(name));
  const outer = outerFolder(all.map((entry) => entry.name).filter(isPictureName));
  const byPath = new Map(all.map((entry) => [entry.name.slice(outer.length), entry]));
  byPath.delete('');
  return { name, paths: [...byPath.keys()], file: (path) => pictureOf(`${name}/${path}`, byPath.get(path)!), close };
}

/** Hidden files, and what macOS adds to archives. */
const isForeign = (path: string): boolean => /(^|\/)(\.|__MACOSX\/)/.test(path);

/**
 * The folder that all images have in common above those of their classes, with its `/`; empty where there is none.
 */
function outerFolder(paths: readonly string[]): string {
  let outer = '';
  for (;;) {
    const rest = paths.map((path) => path.slice(outer.length).split('/'));
    // A folder right above its images is a class.
    if (rest.length === 0 || rest.some((parts) => parts.length < 3 || parts[0] !== rest[0][0])) return outer;
    outer += `${rest[0][0]}/`;
  }
}

function pictureOf(name: string, entry: ZipEntry): PictureFile {
  return {
    name,
    async bytes() {
      assertPictureSize(name, entry.size);
      try {
        return new Uint8Array(await entry.arrayBuffer());
      } catch (error) {
        throw new FormatError(`${name}: cannot be unpacked (${(error as Error).message})`, { cause: error });
      }
    },
  };
}

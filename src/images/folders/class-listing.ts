import { FormatError, ValueError } from '../../base/errors.js';
import { didYouMean } from '../../base/names.js';
import { isPictureName, type PictureFile, type PictureTree } from './picture-tree.js';

/** The images of a folder with one sub-folder per class. */
export interface PictureListing {
  readonly classNames: readonly string[];
  readonly pictures: readonly PictureFile[];
  /** The class of each image. */
  readonly labels: Int32Array;
}

export interface ListingOptions {
  /** The folder within the tree that contains the classes; default the tree itself. */
  readonly folder?: string;
  readonly classNames?: readonly string[];
  readonly limitPerClass?: number;
}

/** By UTF-16 code units, so that the order is the same on every machine. */
const byCodeUnits = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

const isHidden = (path: string): boolean => /(^|\/)\./.test(path);

/** Names of the folders at the top of a tree, sorted. */
export function topFolders({ paths }: Pick<PictureTree, 'paths'>): string[] {
  const names = paths.filter((path) => path.includes('/')).map((path) => path.slice(0, path.indexOf('/')));
  return [...new Set(names)].filter((name) => !isHidden(name)).sort(byCodeUnits);
}

/**
 * List the images of a tree: classes and files sorted by name, a folder's own files before those of folders within
 * it, without hidden ones and folders without images.
 * @throws FormatError when there are none @throws ValueError when there is no such folder, or a class that is asked for
 * has none
 */
export function listClasses(caller: string, tree: PictureTree, options: ListingOptions = {}): PictureListing {
  const { folder, classNames: wanted, limitPerClass } = options;
  const prefix = folder === undefined ? '' : `${folder.replace(/^\.?\/+|\/+$/g, '')}/`;
  const below = tree.paths.filter((path) => path.startsWith(prefix)).map((path) => path.slice(prefix.length));
  const where = prefix === '' ? tree.name : `${tree.name}/${prefix.slice(0, -1)}`;
  if (prefix !== '' && below.length === 0) {
    const found = topFolders(tree);
    throw new ValueError(
      `${caller}: folder is '${folder}', and ${tree.name} has ${found.join(', ') || 'no folders'}, expected one of ` +
        `them${didYouMean(folder!, found)}`,
    );
  }
  const byClass = new Map<string, string[]>();
  for (const path of below) {
    const name = path.slice(0, path.indexOf('/'));
    const paths = byClass.get(name);
    if (paths) paths.push(path);
    else byClass.set(name, [path]);
  }
  const present = topFolders({ paths: below });
  const missing = wanted?.find((name) => !present.includes(name));
  if (missing !== undefined) {
    const found = present.join(', ') || 'no folders';
    throw new ValueError(
      `${caller}: ${where} has no folder for the class '${missing}', it has ${found}${didYouMean(missing, present)}`,
    );
  }
  const all = (wanted ?? present).map((name) => ({ name, paths: picturesOf(byClass.get(name)!, limitPerClass) }));
  const classes = wanted ? all : all.filter(({ paths }) => paths.length > 0);
  const pictures = classes.flatMap(({ paths }) => paths.map((path) => tree.file(prefix + path)));
  if (pictures.length === 0) throw new FormatError(`${where}: no pictures in it, expected one folder of them a class`);
  return {
    classNames: classes.map(({ name }) => name),
    pictures,
    labels: Int32Array.from(classes.flatMap(({ paths }, label) => paths.map(() => label))),
  };
}

/** The images of a class, in their order. */
function picturesOf(paths: readonly string[], limit: number | undefined): string[] {
  const folderOf = (path: string): string => path.slice(0, path.lastIndexOf('/'));
  return paths
    .filter((path) => isPictureName(path) && !isHidden(path))
    .sort((a, b) => byCodeUnits(folderOf(a), folderOf(b)) || byCodeUnits(a, b))
    .slice(0, limit);
}

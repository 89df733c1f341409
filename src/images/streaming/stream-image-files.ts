import { ValueError } from '../../base/errors.js';
import { readOptions } from '../../base/options.js';
import { show } from '../../base/show.js';
import { listClasses } from '../folders/class-listing.js';
import { type PickedDirectory, type PickedFile, treeOfDirectory, treeOfFiles } from '../folders/page-files.js';
import type { PictureTree } from '../folders/picture-tree.js';
import { treeOfZip } from '../folders/zip-archive.js';
import { MemoryCache } from './pixel-cache.js';
import { bytesOf, formOf, STREAM_OPTIONS, type StreamFolderOptions } from './stream-options.js';
import { openListing, type StreamedFolder } from './streamed-folder.js';

/** Images in folders that a page may read. */
export type PictureSource = ArrayLike<PickedFile> | Iterable<PickedFile> | PickedDirectory | Blob;

/**
 * Open images of a page, one folder per class, without reading them: `fit` decodes each batch on threads of their own
 * while the step before is computed. Order, classes and pixels are those of `streamImageFolder` in Node, to the bit.
 * @param source the files of an `<input type="file" webkitdirectory>`, the folder of `showDirectoryPicker`, or a zip
 * archive as a `Blob` or `File`, of which only the parts are read that a batch needs
 * @returns samples for `fit` and `measure`, with their labels
 * @throws ValueError when an option is unknown or wrong, the source is of another kind, or a class has no folder
 * @throws FormatError when there are no images, or the archive is damaged; later, naming the image that is broken
 * @example
 * const flowers = await streamImageFiles(input.files, { size: [64, 64] });
 * await model.fit(flowers.images, flowers.labels, { epochs: 5, validationSplit: 0.2 });
 * await flowers.close();
 */
export async function streamImageFiles(
  source: PictureSource,
  options: StreamFolderOptions = {},
): Promise<StreamedFolder> {
  const settings = readOptions('streamImageFiles', STREAM_OPTIONS, options);
  const { cache, folder, classNames, limitPerClass } = settings;
  if (cache !== undefined && cache !== 'memory') {
    throw new ValueError(`streamImageFiles: cache is ${show(cache)}, expected 'memory': a page has no files to write`);
  }
  const tree = await openSource(source);
  const listing = listClasses('streamImageFiles', tree, { folder, classNames, limitPerClass });
  return openListing(listing, settings, {
    cache:
      cache === undefined
        ? null
        : MemoryCache.create('streamImageFiles', listing.pictures.length, bytesOf(formOf(settings))),
    decodeOther: null,
    close: () => tree.close(),
  });
}

function openSource(source: PictureSource): PictureTree | Promise<PictureTree> {
  const caller = 'streamImageFiles';
  if (source instanceof Blob) return treeOfZip((source as Partial<PickedFile>).name ?? 'archive', source);
  if ((source as Partial<PickedDirectory> | null)?.kind === 'directory')
    return treeOfDirectory(source as PickedDirectory);
  const isList = typeof source === 'object' && source !== null && ('length' in source || Symbol.iterator in source);
  const files = isList ? Array.from(source as ArrayLike<PickedFile>) : [];
  if (isList && files.every((file) => file instanceof Blob)) return treeOfFiles(caller, files);
  throw new ValueError(
    `${caller}: source is ${show(source)}, expected the files of an <input type="file" webkitdirectory>, a ` +
      'FileSystemDirectoryHandle, or a zip archive as a Blob',
  );
}

import { Argument, Command } from 'commander';
import { mebibytes } from '../../base/mebibytes.js';
import { fetchImageSet, imageSetFolder } from '../../datasets/catalog.js';
import { bytesOf, REMOTE_SETS } from '../../datasets/remote-sets.js';
import { IMAGE_SETS, type ImageSetName } from '../../datasets/set-names.js';
import { fetchWithProgress } from '../fetch-progress.js';

interface DataOptions {
  readonly json?: boolean;
  readonly address?: string;
}

/** `nabla data`: list image data sets, and download them. */
export function dataCommand(): Command {
  return new Command('data')
    .description('list the image data sets and their locations; with a name, download that data set into the cache')
    .addArgument(new Argument('[set]', 'data set to download').choices(IMAGE_SETS))
    .option('--address <url>', 'download from this address, which must end in a slash')
    .option('--json', 'print the list as JSON')
    .action(async (set: ImageSetName | undefined, { json, address }: DataOptions) => {
      if (set === undefined) return printSets(json ?? false);
      const present = await imageSetFolder(set);
      if (present) console.log(`${set} is in ${present}`);
      else
        console.log(
          `${set} is in ${await fetchWithProgress(set, (options) => fetchImageSet(set, { ...options, address }))}`,
        );
    });
}

interface SetFacts {
  readonly name: ImageSetName;
  readonly content: string;
  /** Bytes to download; null where there is no public address. */
  readonly bytes: number | null;
  readonly licence: string;
  readonly address: string | null;
  /** Null if it is not present. */
  readonly folder: string | null;
}

async function factsOf(name: ImageSetName): Promise<SetFacts> {
  const remote = REMOTE_SETS[name];
  return {
    name,
    content: remote?.content ?? '1,200 images of hand signs, 64×64',
    bytes: remote ? bytesOf(remote) : null,
    licence: remote?.licence ?? 'for participants of the course',
    address: remote?.address ?? null,
    folder: (await imageSetFolder(name)) ?? null,
  };
}

async function printSets(json: boolean): Promise<void> {
  const sets = await Promise.all(IMAGE_SETS.map(factsOf));
  if (json) {
    console.log(JSON.stringify(sets, null, 1));
    return;
  }
  for (const { name, content, bytes, licence, folder } of sets) {
    const size = bytes === null ? 'no public address' : `${mebibytes(bytes)} to download`;
    console.log(`${name}: ${content}`);
    console.log(`  ${size}, licence: ${licence}`);
    console.log(
      folder ? `  in ${folder}` : bytes === null ? '  not present' : `  not present; nabla data ${name} downloads it`,
    );
  }
}

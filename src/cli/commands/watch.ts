import { existsSync } from 'node:fs';
import { Command } from 'commander';
import { FormatError } from '../../base/errors.js';
import { isRun } from '../../watch/server/run-list.js';
import { WatchThread } from '../../watch/server/watch-thread.js';
import { integerOption } from '../integer-option.js';

/** `nabla watch`: show runs in a page, while they run and afterwards. */
export function watchCommand(): Command {
  return new Command('watch')
    .description('serve a page on this machine that shows runs, while they run and afterwards')
    .argument('[folder...]', 'runs, or folders that hold runs (default: runs)')
    .option('--port <n>', 'where to serve (default: a free port)', integerOption(0))
    .action(async (given: string[], { port }: { port?: number }) => {
      const folders = given.length > 0 ? given : ['runs'];
      const missing = folders.find((folder) => !existsSync(folder));
      if (missing !== undefined) throw new FormatError(`watch: ${missing}: no such folder`);
      const [only] = folders;
      // Pages that are open go on, where the run served them under the same address.
      const run = folders.length === 1 && (await isRun(only)) ? only : undefined;
      const warn = (message: string) => console.warn(`watch: ${message}`);
      const page = await WatchThread.start({ folders, run, port, warn });
      page.stay();
      console.log(`watch: ${page.url}`);
    });
}

import { Command } from 'commander';
import { inspectFile } from '../../io/inspect.js';

/** `nabla inspect`: print the contents of a model file. */
export function inspectCommand(): Command {
  return new Command('inspect')
    .description(
      'print the contents of a model file: the program that wrote it, arrays with shapes, optimizer, progress of ' +
        'training',
    )
    .argument('<file>')
    .option('--json', 'print the contents as JSON')
    .action(async (file: string, { json }: { json?: boolean }) => {
      const found = await inspectFile(file);
      if (json) {
        console.log(JSON.stringify(found, null, 1));
        return;
      }
      const { arrays, ...facts } = found;
      for (const [name, value] of Object.entries(facts)) console.log(`${name.padEnd(12)} ${value ?? '–'}`);
      console.log(`arrays       ${arrays.length}`);
      const width = Math.max(0, ...arrays.map(({ name }) => name.length));
      for (const { name, shape, dtype } of arrays)
        console.log(`  ${name.padEnd(width)}  ${dtype} [${shape.join(',')}]`);
    });
}

import { Command } from 'commander';
import { findModel } from '../find-model.js';

/** `nabla summary`: print Keras's table of a model's layers. */
export function summaryCommand(): Command {
  return new Command('summary')
    .description("print the table of a model's layers, shapes and parameters")
    .argument('<model|file>', 'a model of the zoo, or a model file')
    .option('--json', 'print the table as JSON')
    .action(async (name: string, { json }: { json?: boolean }) => {
      const model = await findModel(name);
      if (json) console.log(JSON.stringify(model.summary({ json: true }), null, 1));
      else model.summary();
    });
}

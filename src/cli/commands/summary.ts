import { Command } from 'commander';
import { withBackend } from '../../backends/registry.js';
import { shapesBackend } from '../../backends/shapes/index.js';
import { mebibytes } from '../../base/mebibytes.js';
import { largestBatch, trainingMemory } from '../../interpret/training-memory.js';
import type { Model } from '../../models/model.js';
import { findModel } from '../find-model.js';
import { integerOption } from '../integer-option.js';

/** `nabla summary`: print Keras's table of a model's layers. */
export function summaryCommand(): Command {
  return new Command('summary')
    .description("print a table of a model's layers, shapes and parameters")
    .argument('<model|file>', 'name of a model in the zoo, or model file')
    .option('--json', 'print the table as JSON')
    .option('--batch <n>', 'also print the memory of a training step with n samples', integerOption(1))
    .action(async (name: string, { json, batch }: { json?: boolean; batch?: number }) => {
      const model = await findModel(name);
      if (json) console.log(JSON.stringify(model.summary({ json: true }), null, 1));
      else model.summary();
      if (batch) for (const line of withBackend(shapesBackend, () => memoryLines(model, batch))) console.log(line);
    });
}

/** The memory of a training step, with Adam if the model is not compiled. */
function memoryLines(model: Model, batchSize: number): string[] {
  const isCompiled = Boolean(model.compileOptions?.loss);
  if (!isCompiled) model.compile({ optimizer: 'adam', loss: 'meanSquaredError' });
  const { weights, optimizer, held, peak, total } = trainingMemory(model, { batchSize });
  const state = isCompiled ? 'state of the optimizer' : 'state of Adam';
  return [
    '',
    `A training step of ${batchSize} samples: ${mebibytes(total)} at most`,
    `  weights ${mebibytes(weights)}, ${state} ${mebibytes(optimizer)}, ` + `values and gradients ${mebibytes(peak)}`,
    `  (${mebibytes(held)} after the forward pass)`,
    `Largest batch that fits into the 4 GiB of a WebAssembly memory: ${largestBatch(model)}`,
  ];
}

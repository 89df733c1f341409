import { Command } from 'commander';
import { loadModel } from '../../io/load.js';
import { saveModel } from '../../io/save.js';

/** `nabla convert`: convert a model file to another format. */
export function convertCommand(): Command {
  return new Command('convert')
    .description('convert a model file to .keras, .h5, .weights.h5 or .safetensors')
    .argument('<in>', '.h5 of Keras 1 to 3, .keras, model.json of tfjs, or .safetensors of nabla')
    .argument('<out>', 'output file; its extension determines the format')
    .action(async (source: string, target: string) => {
      const model = await loadModel(source);
      await saveModel(model, target);
      console.log(`${target}: ${model.name}, ${model.countParams().toLocaleString('en-US')} parameters`);
    });
}

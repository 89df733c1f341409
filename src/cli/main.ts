#!/usr/bin/env node
import { Command } from 'commander';
import '../backends/default.js';
import { NablaError } from '../base/errors.js';
import '../ops/methods.js';
import { benchCommand } from './commands/bench.js';
import { compareCommand } from './commands/compare.js';
import { convertCommand } from './commands/convert.js';
import { dataCommand } from './commands/data.js';
import { evaluateCommand } from './commands/evaluate.js';
import { explainCommand } from './commands/explain.js';
import { inspectCommand } from './commands/inspect.js';
import { lrFindCommand } from './commands/lr-find.js';
import { plotCommand } from './commands/plot.js';
import { predictCommand } from './commands/predict.js';
import { profileCommand } from './commands/profile.js';
import { summaryCommand } from './commands/summary.js';
import { trainCommand } from './commands/train.js';
import { watchCommand } from './commands/watch.js';
import { version } from './version.js';

const program = new Command('nabla')
  .description('Deep learning in pure TypeScript: train, inspect and convert image models.')
  .version(version())
  .showHelpAfterError('(--help lists the options)');

for (const command of [
  trainCommand(),
  lrFindCommand(),
  compareCommand(),
  dataCommand(),
  summaryCommand(),
  plotCommand(),
  inspectCommand(),
  convertCommand(),
  evaluateCommand(),
  predictCommand(),
  explainCommand(),
  benchCommand(),
  profileCommand(),
  watchCommand(),
]) {
  program.addCommand(command.copyInheritedSettings(program));
}

try {
  await program.parseAsync();
} catch (error) {
  // The library's errors explain themselves; a stack would hide the message.
  if (!(error instanceof NablaError)) throw error;
  console.error(`nabla: ${error.message}`);
  process.exitCode = 1;
}

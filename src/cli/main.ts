#!/usr/bin/env node
import { Command } from 'commander';
import { NablaError } from '../index.js';
import { benchCommand } from './bench-command.js';
import { compareCommand } from './compare-command.js';
import { convertCommand } from './convert-command.js';
import { evaluateCommand } from './evaluate-command.js';
import { inspectCommand } from './inspect-command.js';
import { plotCommand } from './plot-command.js';
import { predictCommand } from './predict-command.js';
import { summaryCommand } from './summary-command.js';
import { trainCommand } from './train-command.js';
import { version } from './version.js';

const program = new Command('nabla')
  .description('Deep learning in pure TypeScript: train, look into and convert image models.')
  .version(version())
  .showHelpAfterError('(--help lists the options)');

for (const command of [
  trainCommand(),
  compareCommand(),
  summaryCommand(),
  plotCommand(),
  inspectCommand(),
  convertCommand(),
  evaluateCommand(),
  predictCommand(),
  benchCommand(),
]) {
  program.addCommand(command.copyInheritedSettings(program));
}

try {
  await program.parseAsync();
} catch (error) {
  // Errors of ours say what was wrong in words; the stack would bury them.
  if (!(error instanceof NablaError)) throw error;
  console.error(`nabla: ${error.message}`);
  process.exitCode = 1;
}

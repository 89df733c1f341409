import { cpus, totalmem } from 'node:os';
import { backendInfo } from '../backends/registry.js';

/** Return the facts about the machine and the backend that a report prints. */
export function machineFacts(): Record<string, string> {
  const { name, variant, threads, notes } = backendInfo();
  const processors = cpus();
  return {
    Processor: `${processors[0]?.model.trim() ?? 'unknown'}, ${processors.length} cores`,
    Memory: `${(totalmem() / 2 ** 30).toFixed(0)} GiB`,
    'Node.js': `${process.version}, ${process.platform} ${process.arch}`,
    Backend: `${name}, ${variant}, ${threads} thread${threads === 1 ? '' : 's'}`,
    ...(notes.length > 0 && { Notes: notes.join('; ') }),
  };
}

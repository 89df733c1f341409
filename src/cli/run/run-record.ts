import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { decodeText } from '../../base/utf8.js';
import { asObject, parseJson } from '../../io/bytes/json.js';
import { nullIfMissing } from '../../io/storage/node-files.js';
import { machineFacts } from '../machine-facts.js';
import { type RunSettings, readSettings } from '../recipes/run-settings.js';
import { version } from '../version.js';
import type { RunFolder } from './run-folder.js';

/** The file that describes a run: its settings, the command that repeats it, versions and the machine. */
const RECORD_FILE = 'run.json';

/** The command-line option of each setting. */
const FLAGS: { readonly [Name in Exclude<keyof RunSettings, 'experiment' | 'pictures'>]: string } = {
  data: '--data',
  epochs: '--epochs',
  batch: '--batch',
  limit: '--limit',
  testLimit: '--test-limit',
  size: '--size',
  seed: '--seed',
  validationSplit: '--validation-split',
  strict: '--strict',
  augment: '--augment',
  optimizer: '--optimizer',
  learningRate: '--learning-rate',
  schedule: '--schedule',
  patience: '--patience',
  classWeight: '--class-weight',
  freeze: '--freeze',
};

/** Quote an argument for a shell if necessary. */
const quoted = (text: string): string => (/^[\w./:,=@%+-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`);

/** Return the command that repeats a run. @param weights the file with its initial weights */
export function commandOf(settings: RunSettings, weights?: string): string {
  const words = ['npx', 'nabla', 'train', settings.experiment];
  for (const [name, flag] of Object.entries(FLAGS)) {
    const value = settings[name as keyof typeof FLAGS];
    if (value === undefined || value === false) continue;
    words.push(flag);
    if (value !== true) words.push(quoted(String(value)));
  }
  if (weights !== undefined) words.push('--weights', quoted(weights));
  return words.join(' ');
}

/** Write the description of a run at its start. */
export async function writeRecord(folder: RunFolder, settings: RunSettings, weights?: string): Promise<void> {
  const record = {
    command: commandOf(settings, weights),
    settings,
    nabla: version(),
    started: new Date().toISOString(),
    machine: machineFacts(),
  };
  await folder.writeFile(RECORD_FILE, `${JSON.stringify(record, null, 1)}\n`);
}

/** Read the settings of the run in a folder; null if there is no record. @throws FormatError when it is damaged */
export async function readRecord(folder: string): Promise<RunSettings | null> {
  const path = join(folder, RECORD_FILE);
  const bytes = await readFile(path).catch(nullIfMissing(path));
  if (!bytes) return null;
  const { settings } = asObject(parseJson(decodeText(bytes), { name: path }, 'the record'), path);
  return readSettings(settings, `${path}: settings`);
}

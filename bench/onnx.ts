import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { packageFolder } from '../src/datasets/locations.js';
import { Contestant } from './contestant.js';
import { peersFolder, pytorch } from './libraries.js';
import type { ModelRun } from './workloads.js';

/**
 * Path of the ONNX file of PyTorch's model for a workload, which PyTorch writes when it is missing or older than the
 * model's source; null where PyTorch is not installed.
 */
export async function onnxFile(work: ModelRun): Promise<string | null> {
  const source = await readFile(join(peersFolder, 'pytorch_models.py'));
  const folder = join(packageFolder(), '.cache/onnx', createHash('sha256').update(source).digest('hex').slice(0, 12));
  const path = join(folder, `${work.model}-${[work.batch, ...work.image, work.classes].join('x')}.onnx`);
  if (existsSync(path)) return path;
  const exporter = await Contestant.start(pytorch(1));
  if (!exporter) return null;
  await mkdir(folder, { recursive: true });
  await exporter.ask({ export: work, path: `${path}.tmp` });
  exporter.close();
  await rename(`${path}.tmp`, path);
  return path;
}

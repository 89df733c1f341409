// The protocol of ../contestant.ts, for peers that are JavaScript.
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

/** Standard output is for answers alone, whatever a library prints. */
const write = process.stdout.write.bind(process.stdout);
console.log = console.warn = console.info = console.debug = () => {};
const say = (answer) => write(`${JSON.stringify(answer)}\n`);

/**
 * Answers questions about an installed package until standard input ends. `runOf(work)` gives a function that carries out
 * a workload once, or null.
 */
export async function serve(name, runOf) {
  const file = new URL(`node_modules/${name}/package.json`, import.meta.url);
  say({ version: JSON.parse(readFileSync(file, 'utf8')).version });
  let run = null;
  for await (const line of createInterface({ input: process.stdin })) {
    const question = JSON.parse(line);
    if (question.prepare) {
      try {
        run = await runOf(question.prepare);
        if (run) await run();
        say({ ready: run !== null });
      } catch (error) {
        say({ ready: false, reason: String(error?.message ?? error) });
      }
      continue;
    }
    const times = [];
    const end = performance.now() + question.measure;
    while (times.length === 0 || performance.now() < end) {
      const start = performance.now();
      await run();
      times.push(performance.now() - start);
    }
    say({ times });
  }
}

/** The random images of a workload in the layout of ONNX models: values and [batch, channels, height, width]. */
export function images({ batch, image: [height, width, channels] }) {
  const values = Float32Array.from({ length: batch * channels * height * width }, Math.random);
  return { values, shape: [batch, channels, height, width] };
}

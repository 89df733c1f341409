import type { Cumulation, Kernels } from '../kernels.js';
import type { WebGpuBuffer } from './runtime/batch.js';
import type { Device } from './runtime/device.js';
import { type Program, THREADS } from './runtime/program.js';
import { type Scalar, scalarOf } from './templates/walk.js';

/** Threads that share a line. */
type Lanes = 1 | 256;

/**
 * Each lane folds a run of the line; runs before its own are joined by doubling distances; then it walks its run again.
 * @see W. D. Hillis and G. L. Steele, Communications of the ACM 29 (1986)
 */
function scanProgram(fn: Cumulation, from: Scalar, to: Scalar, lanes: Lanes): Program {
  const join = fn === 'sum' ? 'a + b' : 'a * b';
  const start = `${to}(${fn === 'sum' ? 0 : 1})`;
  const line = lanes === 1 ? `group * ${THREADS}u + local` : 'group';
  const before = `totals[local] = total;
  workgroupBarrier();
  for (var distance = 1u; distance < ${lanes}u; distance *= 2u) {
    var joined = totals[local];
    if (local >= distance) { joined = join(totals[local - distance], joined); }
    workgroupBarrier();
    totals[local] = joined;
    workgroupBarrier();
  }
  total = ${start};
  if (local > 0u) { total = totals[local - 1u]; }`;
  return {
    reads: [`x: ${from}`],
    writes: [`y: ${to}`],
    uniforms: ['lines: u32', 'size: u32', 'inner: u32', 'run: u32', 'exclusive: u32', 'reverse: u32'],
    declarations: `fn join(a: ${to}, b: ${to}) -> ${to} { return ${join}; }
${lanes === 1 ? '' : `var<workgroup> totals: array<${to}, ${lanes}>;`}
fn place(line: u32, step: u32) -> u32 {
  let s = select(step, u.size - 1u - step, u.reverse != 0u);
  return (line / u.inner * u.size + s) * u.inner + line % u.inner;
}`,
    main: `let line = ${line};
  let first = ${lanes === 1 ? '0u' : 'local * u.run'};
  let last = select(0u, min(first + u.run, u.size), line < u.lines);
  var total = ${start};
  ${
    lanes === 1
      ? ''
      : `for (var step = first; step < last; step++) {
    total = join(total, ${to}(x[place(line, step)]));
  }
  ${before}`
  }
  for (var step = first; step < last; step++) {
    let at = place(line, step);
    let next = join(total, ${to}(x[at]));
    y[at] = select(next, total, u.exclusive != 0u);
    total = next;
  }`,
  };
}

export function cumulative(device: Device): Pick<Kernels<WebGpuBuffer>, 'cumulate'> {
  return {
    cumulate(fn, x, out, { outer, size, inner }, exclusive, reverse) {
      const [from, to] = [scalarOf(x.dtype), scalarOf(out.dtype)];
      const lines = outer * inner;
      // Many lines keep a device busy with a thread each, and short ones are over at once.
      const lanes = size <= 64 || lines >= 64 * THREADS ? 1 : 256;
      device.launch(`cumulate/${fn}/${from}/${to}/${lanes}`, () => scanProgram(fn, from, to, lanes), {
        reads: [x.buffer],
        writes: [out.buffer],
        uniforms: [lines, size, inner, Math.ceil(size / lanes), Number(exclusive), Number(reverse)],
        groups: lanes === 1 ? Math.ceil(lines / THREADS) : lines,
      });
    },
  };
}

import { helpersOf } from './wgsl.js';

/** One kernel in WGSL. What differs from shape to shape is a uniform, so that a new shape needs no new shader. */
export interface Program {
  /** Storage buffers that are only read, `'x: f32'`: a name, and what one element is. */
  readonly reads: readonly string[];
  /** Storage buffers that are written, and may be read too. */
  readonly writes: readonly string[];
  /** Fields of `u`, `'size: u32'`, each of four bytes. Signed numbers travel as u32, where sums and products wrap. */
  readonly uniforms: readonly string[];
  /** Functions and constants outside of `main`. */
  readonly declarations?: string;
  /** Threads of a workgroup; default 256. */
  readonly threads?: number;
  /** The body of `main`, where `group` is the number of the workgroup and `local` that of the thread in it. */
  readonly main: string;
}

/** Default threads per workgroup; every device supports this number. */
export const THREADS = 256;

/** Largest number of workgroups along one axis of a grid; larger grids use the second axis. */
const MAX_GROUPS = 65535;

/** Return the grid for a number of workgroups; the last row may have unneeded ones, which every program checks. */
export function gridOf(groups: number): readonly [number, number] {
  if (groups <= MAX_GROUPS) return [groups, 1];
  const rows = Math.ceil(groups / MAX_GROUPS);
  return [Math.ceil(groups / rows), rows];
}

const binding = (access: string, first: number) => (field: string, index: number) => {
  const [name, type] = field.split(': ');
  return `@group(0) @binding(${first + index}) var<storage, ${access}> ${name}: array<${type}>;`;
};

/** Return the complete shader. */
export function shaderOf({ reads, writes, uniforms, declarations = '', threads = THREADS, main }: Program): string {
  const body = `${declarations}
@compute @workgroup_size(${threads})
fn main(
  @builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(num_workgroups) grid: vec3<u32>,
  @builtin(local_invocation_index) local: u32,
) {
  let group = workgroup.y * grid.x + workgroup.x;
  ${main}
}`;
  return [
    `struct Uniforms { ${uniforms.join(', ')} }`,
    '@group(0) @binding(0) var<uniform> u: Uniforms;',
    ...reads.map(binding('read', 1)),
    ...writes.map(binding('read_write', 1 + reads.length)),
    ...helpersOf(body),
    body,
  ].join('\n');
}

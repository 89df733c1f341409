import type { DType } from '../../../base/dtype.js';
import { broadcastStrides, type Shape } from '../../../base/shape.js';
import type { Operand } from '../../kernels.js';
import type { WebGpuBuffer } from '../runtime/batch.js';
import type { Device } from '../runtime/device.js';
import { type Program, THREADS } from '../runtime/program.js';

/** Shader type of one element; `word` is any of them, moved without being interpreted. */
export type Scalar = 'f32' | 'i32' | 'u32';

export const scalarOf = (dtype: DType): Scalar => (dtype === 'float32' ? 'f32' : dtype === 'int32' ? 'i32' : 'u32');

/** An operand that is walked in strides: element [i₀, i₁, …] of the output reads offset + Σ iₐ · strides[a]. */
export interface Walk {
  readonly buffer: WebGpuBuffer;
  readonly scalar: Scalar;
  readonly size: number;
  /** Null where elements are read in the order of the output. */
  readonly strides: readonly number[] | null;
  readonly offset?: number;
}

/** An elementwise kernel: broadcasting, slicing, turning and reversing differ in the strides alone. */
export interface ElementMap {
  /** Of the function: one name, one text. */
  readonly name: string;
  readonly shape: Shape;
  readonly size: number;
  readonly operands: readonly Walk[];
  readonly out: WebGpuBuffer;
  readonly scalar: Scalar;
  /** The body of a function of `a`, `b`, `c`, …: the operands' elements, in their order. */
  readonly body: string;
  /** Floats that the body reads as `u.name`. */
  readonly uniforms?: Readonly<Record<string, number>>;
}

const NAMES = ['a', 'b', 'c', 'd', 'e', 'f', 'g'] as const;

/** How an operand is read: four neighbours at once, one for all four, or each element by itself. */
type Access = 'vector' | 'splat' | 'single';

interface Axis {
  size: number;
  readonly strides: number[];
}

/** The walk of a broadcast operand. */
export function broadcastWalk({ buffer, shape, size, dtype }: Operand<WebGpuBuffer>, target: Shape): Walk {
  const scalar = scalarOf(dtype);
  const isWhole = shape.length === target.length && shape.every((dimension, axis) => dimension === target[axis]);
  return { buffer, scalar, size, strides: isWhole ? null : broadcastStrides(shape, target) };
}

/** Joins axes that every operand walks without a break, and drops those of one element: fewer divisions a thread. */
function mergeAxes(shape: Shape, walks: readonly (readonly number[])[]): Axis[] {
  const axes: Axis[] = [];
  for (let index = 0; index < shape.length; index++) {
    const size = shape[index];
    if (size === 1) continue;
    const strides = walks.map((walk) => walk[index]);
    const outer = axes[axes.length - 1];
    if (outer?.strides.every((stride, operand) => stride === size * strides[operand])) {
      outer.size *= size;
      for (let operand = 0; operand < strides.length; operand++) outer.strides[operand] = strides[operand];
    } else {
      axes.push({ size, strides });
    }
  }
  return axes;
}

/** Strides of the output itself, for operands that are read in its order. */
function ownStrides(shape: Shape): number[] {
  const strides = new Array<number>(shape.length);
  for (let axis = shape.length - 1, stride = 1; axis >= 0; stride *= shape[axis--]) strides[axis] = stride;
  return strides;
}

/** Axes that are left after merging, and how each operand is read. */
function arrange({ shape, size, operands }: ElementMap): { axes: Axis[]; access: Access[] } {
  if (operands.every((walk) => walk.strides === null || walk.size === 1)) {
    const strides = operands.map((walk) => (walk.strides === null ? 1 : 0));
    return { axes: [{ size, strides }], access: strides.map((stride) => (stride === 1 ? 'vector' : 'splat')) };
  }
  const own = ownStrides(shape);
  const axes = mergeAxes(
    shape,
    operands.map((walk) => walk.strides ?? own),
  );
  if (axes.length === 0) axes.push({ size: 1, strides: operands.map(() => 0) });
  const inner = axes[axes.length - 1];
  // One axis may end in the middle of a vector: blocks are longer than their tensors.
  const fits = axes.length === 1 || inner.size % 4 === 0;
  const access = operands.map(({ offset = 0 }, operand): Access => {
    if (inner.strides[operand] === 0) return 'splat';
    const isEven = offset % 4 === 0 && axes.slice(0, -1).every(({ strides }) => strides[operand] % 4 === 0);
    return inner.strides[operand] === 1 && isEven ? 'vector' : 'single';
  });
  if (!fits || access.includes('single')) access.fill('single');
  return { axes, access };
}

function mapProgram({ operands, scalar, body, uniforms = {} }: ElementMap, axes: number, access: Access[]): Program {
  const names = operands.map((_, index) => NAMES[index]);
  const isWide = !access.includes('single');
  const lines = [
    `let thread = group * ${THREADS}u + local;`,
    'if (thread >= u.count) { return; }',
    'let rest0 = thread;',
  ];
  const fields = ['count: u32'];
  // The remainder after the inner axes is the outermost coordinate.
  const coordinates: string[] = [];
  for (let axis = axes - 1, depth = 0; axis >= 0; axis--, depth++) {
    if (axis > 0) {
      fields.push(`size${axis}: u32`);
      lines.push(
        `let i${axis} = rest${depth} % u.size${axis};`,
        `let rest${depth + 1} = rest${depth} / u.size${axis};`,
      );
    }
    coordinates[axis] = axis > 0 ? `i${axis}` : `rest${depth}`;
  }
  for (const [operand, name] of names.entries()) {
    const terms = [`u.${name}Offset`];
    fields.push(`${name}Offset: u32`);
    for (let axis = 0; axis < axes; axis++) {
      const isInner = axis === axes - 1;
      if (isInner && access[operand] === 'splat') continue;
      if (isInner && access[operand] === 'vector') {
        terms.push(coordinates[axis]);
        continue;
      }
      fields.push(`${name}Stride${axis}: u32`);
      terms.push(`${coordinates[axis]} * u.${name}Stride${axis}`);
    }
    lines.push(`let ${name} = ${name}Values[${terms.join(' + ')}];`);
  }
  const calls = [...(isWide ? 'xyzw' : 'x')].map((component) => {
    const args = names.map((name, operand) => (access[operand] === 'vector' ? `${name}.${component}` : name));
    return `result(${args.join(', ')})`;
  });
  lines.push(`y[thread] = ${isWide ? `vec4<${scalar}>(${calls.join(', ')})` : calls[0]};`);
  const parameters = names.map((name, operand) => `${name}: ${operands[operand].scalar}`);
  return {
    reads: operands.map(({ scalar }, operand) => {
      return `${names[operand]}Values: ${access[operand] === 'vector' ? `vec4<${scalar}>` : scalar}`;
    }),
    writes: [`y: ${isWide ? `vec4<${scalar}>` : scalar}`],
    uniforms: [...fields, ...Object.keys(uniforms).map((name) => `${name}: f32`)],
    declarations: `fn result(${parameters.join(', ')}) -> ${scalar} {\n  ${body}\n}`,
    main: lines.join('\n  '),
  };
}

/**
 * Runs an elementwise kernel: a thread makes four neighbours of the output where every operand's lie together, else
 * one.
 */
export function map(device: Device, kernel: ElementMap): void {
  const { name, size, operands, scalar, uniforms: own } = kernel;
  const { axes, access } = arrange(kernel);
  const isWide = !access.includes('single');
  const inner = axes.length - 1;
  const count = isWide ? (inner === 0 ? Math.ceil(size / 4) : size / 4) : size;

  const uniforms = [count];
  for (let axis = inner; axis > 0; axis--)
    uniforms.push(isWide && axis === inner ? axes[axis].size / 4 : axes[axis].size);
  for (let operand = 0; operand < operands.length; operand++) {
    const step = access[operand] === 'vector' ? 4 : 1;
    uniforms.push((operands[operand].offset ?? 0) / step);
    const last = access[operand] === 'single' ? inner : inner - 1;
    for (let axis = 0; axis <= last; axis++) uniforms.push(axes[axis].strides[operand] / step);
  }
  if (own) for (const field in own) uniforms.push(own[field]);

  let key = `${name}/${scalar}/${axes.length}`;
  for (let operand = 0; operand < operands.length; operand++) key += `/${operands[operand].scalar} ${access[operand]}`;
  device.launch(key, () => mapProgram(kernel, axes.length, access), {
    reads: operands.map((walk) => walk.buffer),
    writes: [kernel.out],
    uniforms,
    groups: Math.ceil(count / THREADS),
  });
}

/** A map over operands that have the output's shape. */
export function flatMap(
  device: Device,
  name: string,
  operands: readonly Operand<WebGpuBuffer>[],
  out: Operand<WebGpuBuffer>,
  body: string,
  uniforms?: Readonly<Record<string, number>>,
): void {
  map(device, {
    name,
    shape: out.shape,
    size: out.size,
    operands: operands.map(({ buffer, dtype, size }) => ({ buffer, scalar: scalarOf(dtype), size, strides: null })),
    out: out.buffer,
    scalar: scalarOf(out.dtype),
    body,
    uniforms,
  });
}

/** Moves elements, whatever they are. */
export function move(
  device: Device,
  x: Operand<WebGpuBuffer>,
  out: Operand<WebGpuBuffer>,
  strides: readonly number[],
  offset = 0,
): void {
  map(device, {
    name: 'move',
    shape: out.shape,
    size: out.size,
    operands: [{ buffer: x.buffer, scalar: 'u32', size: x.size, strides, offset }],
    out: out.buffer,
    scalar: 'u32',
    body: 'return a;',
  });
}

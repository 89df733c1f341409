import type { Shape } from '../../../base/shape.js';
import type { Operand } from '../../kernels.js';
import type { WebGpuBuffer } from '../runtime/batch.js';
import type { Device } from '../runtime/device.js';
import { type Program, THREADS } from '../runtime/program.js';
import { type Access, arrange, type Scalar, scalarOf, type Walk } from './walk.js';

/** An elementwise kernel: broadcasting, slicing, turning and reversing differ in the strides alone. */
export interface ElementMap {
  /** Identifies the function: equal names have equal bodies. */
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
        `let rest${depth + 1} = rest${depth} / u.size${axis};`,
        `let i${axis} = rest${depth} - rest${depth + 1} * u.size${axis};`,
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
 * Run an elementwise kernel: a thread computes four neighbours of the output if every operand's are adjacent, else
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

/** Run an elementwise kernel over operands that have the output's shape. */
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

/** Copy elements of any type. */
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

import type { Shape } from '../../../base/shape.js';
import { divide, type Program } from '../runtime/program.js';

/** The walk of an operand: element [i₀, i₁, …] of the output reads offset + Σ iₐ · strides[a]. */
export interface Walk {
  readonly strides: readonly number[];
  readonly offset?: number;
}

interface Axis {
  size: number;
  readonly strides: number[];
}

/** Merge axes that every operand walks without a gap, and drop axes of 1: this saves divisions in each thread. */
function mergeAxes(shape: Shape, walks: readonly Walk[]): Axis[] {
  const axes: Axis[] = [];
  for (const [index, size] of shape.entries()) {
    if (size === 1) continue;
    const strides = walks.map((walk) => walk.strides[index]);
    const outer = axes.at(-1);
    const continues = outer?.strides.every((stride, operand) => stride === size * strides[operand]);
    if (outer && continues) {
      outer.size *= size;
      outer.strides.splice(0, strides.length, ...strides);
    } else {
      axes.push({ size, strides });
    }
  }
  return axes;
}

/**
 * An elementwise program over operands that are walked in strides: broadcasting, transposing, slicing and reversing
 * differ in the strides alone.
 * @param operands names of the array arguments, one for each walk
 * @param result an expression in the names of the operands
 */
export function stridedProgram(
  name: string,
  shape: Shape,
  operands: readonly string[],
  walks: readonly Walk[],
  result: string,
): Program {
  const axes = mergeAxes(shape, walks);
  const constants: Record<string, number> = {};
  for (const [axis, { size, strides }] of axes.entries()) {
    constants[`size${axis}`] = size;
    for (const [operand, stride] of strides.entries()) constants[`${operands[operand]}Stride${axis}`] = stride;
  }
  for (const [operand, walk] of walks.entries()) constants[`${operands[operand]}Offset`] = walk.offset ?? 0;

  const lines = ['const rest0 = this.thread.x;'];
  const coordinates: string[] = [];
  for (let axis = axes.length - 1, depth = 0; axis >= 0; axis--, depth++) {
    // The remainder after the inner axes is the outermost coordinate.
    if (axis === 0) coordinates[0] = `rest${depth}`;
    else lines.push(divide(`rest${depth}`, `this.constants.size${axis}`, `rest${depth + 1}`, `i${axis}`));
    coordinates[axis] ??= `i${axis}`;
  }
  for (const operand of operands) {
    const terms = coordinates.map((coordinate, axis) => `${coordinate} * this.constants.${operand}Stride${axis}`);
    lines.push(`const ${operand} = ${operand}Values[${[`this.constants.${operand}Offset`, ...terms].join(' + ')}];`);
  }
  const parameters = operands.map((operand) => `${operand}Values`);
  return {
    name: `${name}/${axes.length} axes`,
    source: `function (${parameters.join(', ')}) {\n  ${lines.join('\n  ')}\n  return ${result};\n}`,
    constants,
  };
}

/** Copy elements. */
export function movingProgram(name: string, shape: Shape, walk: Walk): Program {
  return stridedProgram(name, shape, ['x'], [walk], 'x');
}

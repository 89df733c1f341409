import { type Shape, stridesOf } from '../../../base/shape.js';
import { divide, type Program } from '../runtime/program.js';

/**
 * A field of one value with x laid into it, its element [i₀, i₁, …] at begin + i · steps: what pad and the adjoint of
 * slice do. The value is the second argument.
 */
export function embedProgram(x: Shape, out: Shape, begin: readonly number[], steps: readonly number[]): Program {
  const rank = out.length;
  const inner = stridesOf(x);
  const constants: Record<string, number> = {};
  const lines = ['const rest0 = this.thread.x;', 'let inside = 1;', 'let place = 0;'];
  for (let axis = rank - 1, depth = 0; axis >= 0; axis--, depth++) {
    constants[`size${axis}`] = out[axis];
    constants[`begin${axis}`] = begin[axis];
    constants[`step${axis}`] = steps[axis];
    constants[`length${axis}`] = x[axis];
    constants[`stride${axis}`] = inner[axis];
    lines.push(
      divide(`rest${depth}`, `this.constants.size${axis}`, `rest${depth + 1}`, `i${axis}`),
      `const moved${axis} = i${axis} - this.constants.begin${axis};`,
      divide(`moved${axis}`, `this.constants.step${axis}`, `at${axis}`, `beside${axis}`),
      `if (beside${axis} !== 0 || at${axis} < 0 || at${axis} >= this.constants.length${axis}) { inside = 0; }`,
      `place += at${axis} * this.constants.stride${axis};`,
    );
  }
  return {
    name: `embed/${rank} axes`,
    source: `function (x, value) {
  ${lines.join('\n  ')}
  if (inside > 0) {
    return x[place];
  }
  return value;
}`,
    constants,
  };
}

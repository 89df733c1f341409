import { ShapeError, ValueError } from '../../base/errors.js';
import { anyOf, integer, listOf, string } from '../../base/options.js';
import { add } from '../../ops/arithmetic.js';
import { einsum } from '../../ops/einsum.js';
import { reshape } from '../../ops/reshape.js';
import type { Tensor } from '../../tensor/tensor.js';
import { activation } from '../base/common-options.js';
import type { SymbolicShape } from '../base/symbolic.js';
import { UnaryLayer } from '../base/unary-layer.js';
import type { Weight } from '../base/weight.js';
import { weight } from '../base/weight-options.js';

const OPTIONS = {
  /** `'abc,cd->abd'`: letters of the input, of the kernel and of the output; `...` for axes without one. */
  equation: string(),
  /** Shape of the output without the batch, null for sizes given by the input; one number for only the last axis. */
  outputShape: anyOf(integer({ min: 1 }), listOf(integer({ min: 1 }).nullable())),
  /** Default none. */
  activation: activation().default('linear'),
  /** Letters of the output that the bias has; default no bias. */
  biasAxes: string().nullable().default(null),
  ...weight('kernel', 'glorotUniform'),
  ...weight('bias', 'zeros'),
};

/** The three parts of an equation, as letters; `...` remains for axes without a letter. */
interface Letters {
  readonly input: string;
  readonly kernel: string;
  readonly output: string;
}

const EQUATION = /^(\.\.\.)?([a-z]+)(\.\.\.)?,([a-z]+)->(\.\.\.)?([a-z]+)(\.\.\.)?$/i;

/**
 * activation(einsum(equation, x, kernel) + bias). Weights kernel, shaped by the equation, and bias, of `biasAxes`.
 * @see keras.layers.EinsumDense
 */
export class EinsumDense extends UnaryLayer<typeof OPTIONS> {
  static override readonly className = 'EinsumDense';
  static override readonly options = OPTIONS;
  override readonly supportsMasking = true;

  private kernel!: Weight;
  private bias: Weight | null = null;
  /** Shape in which the bias lines up with the end of the output. */
  private biasShape: number[] = [];

  protected override checkOptions(): void {
    const { equation } = this.options;
    if (EQUATION.test(equation.replaceAll(' ', ''))) return;
    throw new ValueError(`${this.describe()}: equation is '${equation}', expected one as 'abc,cd->abd'`);
  }

  private get letters(): Letters {
    const [, before = '', input, after = '', kernel, , output] = EQUATION.exec(
      this.options.equation.replaceAll(' ', ''),
    )!;
    return { input: before + input + after, kernel, output };
  }

  override build(shape: SymbolicShape): void {
    const { letters } = this;
    const sizes = new Map<string, number | null>();
    for (const [letter, size] of sizesOf(letters.input, shape)) sizes.set(letter, size);
    const wanted = [this.options.outputShape].flat();
    // The sizes that are given end with the last letter.
    const named = [...letters.output].slice(-Math.min(wanted.length, letters.output.length));
    for (const [index, letter] of named.reverse().entries()) {
      const size = wanted.at(-1 - index)!;
      const known = sizes.get(letter);
      if (size !== null && known !== undefined && known !== null && known !== size) {
        throw new ShapeError(`${this.describe()}: ${letter} is ${size} in outputShape and ${known} in the input`);
      }
      if (size !== null) sizes.set(letter, size);
    }
    const sizeOf = (letter: string): number | null => {
      const size = sizes.get(letter);
      if (size !== undefined) return size;
      throw new ValueError(`${this.describe()}: neither the input nor outputShape says the size of ${letter}`);
    };
    this.kernel = this.addWeightFrom('kernel', [...letters.kernel].map(sizeOf));
    this.addBias(letters.output, sizeOf);
  }

  private addBias(output: string, sizeOf: (letter: string) => number | null): void {
    const { biasAxes } = this.options;
    if (!biasAxes) return;
    const first = Math.min(...[...biasAxes].map((letter) => output.indexOf(letter)));
    if ([...biasAxes].some((letter) => !output.includes(letter))) {
      throw new ValueError(
        `${this.describe()}: biasAxes is '${biasAxes}', expected letters of the output, '${output}'`,
      );
    }
    const spread = [...output.slice(first)].map((letter) => (biasAxes.includes(letter) ? sizeOf(letter) : 1));
    this.bias = this.addWeightFrom('bias', spread);
    this.biasShape = spread as number[];
  }

  override call(x: Tensor): Tensor {
    const y = einsum(this.options.equation.replaceAll(' ', ''), x, this.kernel.read());
    return this.options.activation.apply(this.bias ? add(y, reshape(this.bias.read(), this.biasShape)) : y);
  }
}

/** The size of each letter of an input; axes under `...` have none. */
function sizesOf(letters: string, shape: SymbolicShape): [string, number | null][] {
  const named = letters.replace('...', '');
  const sizes = letters.startsWith('...') ? shape.slice(shape.length - named.length) : shape.slice(0, named.length);
  return [...named].map((letter, index) => [letter, sizes[index] ?? null]);
}

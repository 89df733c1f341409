import { helpersOf } from './helpers.js';

/**
 * One kernel in the JavaScript that gpu.js translates. The text is a string because bundlers and minifiers rewrite
 * functions; what differs from shape to shape is a constant, which gpu.js writes into the shader as a literal.
 */
export interface Program {
  /** Identifies the text: equal names have equal texts. */
  readonly name: string;
  readonly source: string;
  readonly constants?: Readonly<Record<string, number>>;
}

/** Key of a compiled kernel: its text, its constants, the sizes of its arrays and of its result. */
export function programKey({ name, constants }: Program, sizes: readonly number[]): string {
  return `${name}: ${sizes.join()}${constants ? `; ${Object.values(constants).join()}` : ''}`;
}

/** The settings of every kernel; each is a result of measurements, see docs/gpu-kernels.md. */
export function kernelSettings({ source, constants }: Program, size: number) {
  return {
    output: [size],
    constants: { ...constants },
    functions: helpersOf(source).map((text) => ({ source: text, settings: {} })),
    precision: 'single' as const,
    tactic: 'precision' as const,
    pipeline: true,
    immutable: true,
  };
}

/**
 * Lines that divide an integer: `quotient` and `remainder` of `index` by `size`, exact below 2²⁴.
 * A GPU's quotient may be an ulp below an integer, and its floor one too small; the remainder of the
 * guess corrects it.
 */
export function divide(index: string, size: string, quotient: string, remainder: string): string {
  return `const ${quotient}Guess = Math.floor(${index} / ${size});
  const ${quotient} = ${quotient}Guess + Math.floor((${index} - ${quotient}Guess * ${size} + 0.5) / ${size});
  const ${remainder} = ${index} - ${quotient} * ${size};`;
}

/** Lines that find image, row, column and channel of `this.thread.x` in [image, height, width, channels]. */
export function imagePlace(height: string, width: string, channels: string): string {
  return `const index = this.thread.x;
  ${divide('index', `this.constants.${channels}`, 'pixel', 'channel')}
  ${divide('pixel', `this.constants.${width}`, 'line', 'column')}
  ${divide('line', `this.constants.${height}`, 'image', 'row')}`;
}

import type { Epilogue } from '../../kernels.js';
import { ACTIVATIONS } from '../activations.js';
import type { GpuBuffer } from '../runtime/buffer.js';

/** Source of a fused bias and activation. */
export interface EpilogueText {
  /** Suffix of the kernel's name. */
  readonly name: string;
  /** Parameters after the kernel's own, each with a leading comma. */
  readonly parameters: string;
  readonly inputs: readonly (GpuBuffer | number)[];
  /** Lines that apply the epilogue to `sum` for output channel `channel`, and return it. */
  readonly text: string;
}

export function epilogueText({ bias, activation, alpha }: Epilogue<GpuBuffer>): EpilogueText {
  return {
    name: `${bias ? '+bias' : ''}${activation ? `+${activation}` : ''}`,
    parameters: `${bias ? ', bias' : ''}, alpha`,
    inputs: bias ? [bias.buffer, alpha] : [alpha],
    text: `const value = sum${bias ? ' + bias[channel]' : ''};
  return ${activation ? ACTIVATIONS[activation] : 'value'};`,
  };
}

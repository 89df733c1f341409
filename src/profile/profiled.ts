import type { Phase } from '../base/place.js';
import type { Shape } from '../base/shape.js';
import { type KernelSums, sumsBy } from './kernel-sums.js';
import { profileTable } from './profile-table.js';

/** One kernel of a profiled function. The first fields are tfjs's. */
export interface ProfiledKernel {
  /** Name of the op: `conv2d`, `conv2dFilterGradient`, `relu`, `adamUpdate`, … */
  readonly name: string;
  /** Bytes and tensors that its output added; 0 if a plan placed it in existing memory. */
  readonly bytesAdded: number;
  readonly tensorsAdded: number;
  /** Memory in use after it. */
  readonly totalBytesSnapshot: number;
  readonly totalTensorsSnapshot: number;
  readonly inputShapes: readonly Shape[];
  readonly outputShapes: readonly Shape[];
  readonly kernelTimeMs: number;
  /** Fused parts: `bias + relu`. */
  readonly extraInfo: string;
  /** Names of the layers around it, outermost first, joined by `/`; empty outside layers. */
  readonly layer: string;
  readonly phase: Phase;
  /** Floating-point operations, a multiply-add counted as two; of convolutions those of the direct sum. */
  readonly operations: number;
  /** Bytes of operands and results, each counted once; operands changed in place are read and written. */
  readonly bytesMoved: number;
}

/** Totals of a profile. */
export interface ProfileFacts {
  readonly newBytes: number;
  readonly newTensors: number;
  readonly peakBytes: number;
  /** Milliseconds from the call of the function to its end. */
  readonly wallMs: number;
  readonly kernels: readonly ProfiledKernel[];
}

/** The kernels of a function, their times and memory. Prints as a table. */
export class Profile<T> implements ProfileFacts {
  readonly newBytes: number;
  readonly newTensors: number;
  readonly peakBytes: number;
  readonly wallMs: number;
  readonly kernels: readonly ProfiledKernel[];

  constructor(
    /** Return value of the function. */
    readonly result: T,
    facts: ProfileFacts,
  ) {
    this.newBytes = facts.newBytes;
    this.newTensors = facts.newTensors;
    this.peakBytes = facts.peakBytes;
    this.wallMs = facts.wallMs;
    this.kernels = facts.kernels;
  }

  /** Names of the kernels, each once. */
  get kernelNames(): readonly string[] {
    return [...new Set(this.kernels.map(({ name }) => name))];
  }

  /** Milliseconds in kernels. */
  get kernelMs(): number {
    return this.kernels.reduce((total, { kernelTimeMs }) => total + kernelTimeMs, 0);
  }

  /** Milliseconds between kernels: JavaScript, and waiting where the function waits. */
  get betweenKernelsMs(): number {
    return Math.max(0, this.wallMs - this.kernelMs);
  }

  /** Sums by op, the longest first. */
  get byOp(): readonly KernelSums[] {
    return sumsBy(this.kernels, ({ name, phase }) => ({ name, layer: '', phase }));
  }

  /** Sums by layer and phase, the longest first. */
  get byLayer(): readonly KernelSums[] {
    return sumsBy(this.kernels, ({ layer, phase }) => ({ name: '', layer, phase }));
  }

  /** Sums by op and layer, the longest first. */
  get byOpAndLayer(): readonly KernelSums[] {
    return sumsBy(this.kernels, ({ name, layer, phase, extraInfo }) => ({
      name: extraInfo ? `${name} + ${extraInfo}` : name,
      layer,
      phase,
    }));
  }

  /** The sums by op as a table. */
  toString(): string {
    return profileTable(this.byOp, this);
  }

  print(): void {
    console.log(this.toString());
  }
}

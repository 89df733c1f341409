import type { Activation } from '../backends/kernels.js';
import { countReaders } from './readers.js';
import { rootOf, type Source, type Step } from './value.js';

/** Activations that products apply themselves. */
const ACTIVATIONS: ReadonlySet<string> = new Set<Activation>([
  ...['relu', 'relu6', 'leakyRelu', 'elu', 'selu', 'sigmoid', 'tanh'],
] as Activation[]);

const PRODUCTS: ReadonlySet<string> = new Set(['conv2d', 'fusedConv2d', 'matMul']);

/** Fuse an activation that is the only reader of a product into the product. */
export function fuseActivations(given: readonly Step[], outputs: readonly Source[]): Step[] {
  let steps = [...given];
  const readers = countReaders(given, outputs);
  for (const activation of given) {
    if (!ACTIVATIONS.has(activation.op.name)) continue;
    const root = rootOf(activation.inputs.x!);
    const product = steps.find(({ output }) => output === root);
    if (!product || !PRODUCTS.has(product.op.name) || readers.get(root) !== 1) continue;
    const options = product.options as { readonly activation: Activation | null };
    if (options.activation !== null) continue;
    const { alpha } = activation.options as { readonly alpha: number };
    const fused = { ...options, activation: activation.op.name, alpha };
    steps = steps
      .filter((each) => each !== activation)
      .map((each) => (each === product ? { ...product, options: fused, output: activation.output } : each));
  }
  return steps;
}

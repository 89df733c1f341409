import { ValueError } from '../base/errors.js';
import { type Differentiable, type Inputs, isRecording, reportOp, withoutRecording } from '../ops/op.js';
import { clone } from '../ops/reshape.js';
import { describe } from '../tensor/convert.js';
import { isRetaining, retain, tidy, tidyLater } from '../tensor/scope.js';
import { handleOf, nextTensorId, Tensor } from '../tensor/tensor.js';
import { assertTensor } from './assert-tensor.js';

/** Saves tensors for the gradient function. */
export type Save = (tensors: readonly Tensor[]) => void;

export interface CustomGradient {
  readonly value: Tensor;
  /** Gradients of the arguments, one or a list, given that of the value. */
  readonly gradFunc: (dy: Tensor, saved: Tensor[]) => Tensor | readonly Tensor[];
}

/**
 * Define a function with a custom gradient. Ops inside `f` are not recorded; `gradFunc` is, so it can be
 * differentiated.
 * @param f takes the arguments and `save`, returns the value and its gradient function
 * @throws ValueError when gradFunc does not give one gradient for each argument
 * @throws DisposedError when an argument, a saved tensor or the value was disposed
 * @example customGrad((x, save) => { save([x]); return { value: x.square(), gradFunc: (dy, [x]) => dy.mul(x).mul(2) }; })
 */
export function customGrad(f: (x: Tensor, save: Save) => CustomGradient): (x: Tensor) => Tensor;
export function customGrad(f: (a: Tensor, b: Tensor, save: Save) => CustomGradient): (a: Tensor, b: Tensor) => Tensor;
export function customGrad(
  f: (a: Tensor, b: Tensor, c: Tensor, save: Save) => CustomGradient,
): (a: Tensor, b: Tensor, c: Tensor) => Tensor;
export function customGrad(f: (...args: never[]) => CustomGradient): (...args: Tensor[]) => Tensor {
  return (...given) => {
    for (const x of given) {
      if (!(x instanceof Tensor)) throw new ValueError(`customGrad: an argument is ${describe(x)}, expected tensors`);
    }
    // gradFunc may read tensors that f read, saved or made after their owners freed them.
    const lasting = isRecording() && isRetaining();
    const hold = (x: Tensor): Tensor => {
      x.assertAlive('customGrad');
      return lasting ? retain(handleOf(x)) : x;
    };
    const firstId = nextTensorId();
    return (lasting ? tidyLater : tidy)(() => {
      const args = given.map(hold);
      const saved: Tensor[] = [];
      const save: Save = (tensors) => void saved.push(...tensors.map(hold));
      const { value, gradFunc } = withoutRecording(() => f(...([...args, save] as never[])));
      assertTensor('customGrad', value);
      // A value that f did not make, an argument or one from its closure, already has gradients and an owner.
      const isOlder = value.id < firstId;
      const output = withoutRecording(() => (isOlder ? clone(value) : lasting ? handleOf(value) : value));
      const inputs: Inputs = Object.fromEntries(given.entries());
      const op: Differentiable<Inputs, null> = {
        name: 'customGrad',
        gradient: (dy) => {
          let results: readonly Tensor[] | null = null;
          const compute = (): readonly Tensor[] => {
            const gradients = gradFunc(dy, saved);
            results = gradients instanceof Tensor ? [gradients] : gradients;
            if (!Array.isArray(results) || results.length !== args.length) {
              const given = Array.isArray(results) ? `${results.length} gradients` : describe(results);
              throw new ValueError(`customGrad: gradFunc gave ${given}, expected ${args.length} gradients`);
            }
            for (const result of results) assertTensor('customGrad: gradFunc', result);
            return results;
          };
          return Object.fromEntries(args.map((_, index) => [index, () => (results ?? compute())[index]]));
        },
      };
      if (isRecording()) reportOp(op, { inputs, options: null, output });
      return output;
    });
  };
}

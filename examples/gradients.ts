/**
 * Gradients without layers: fit a line with `valueAndGrads`, then differentiate a function twice.
 *
 *     npx tsx examples/gradients.ts
 */
import { grad, randomNormal, scalar, setSeed, type Tensor, tensor, tidy, valueAndGrads } from 'nabla';

const steps = process.env.QUICK ? 60 : 200;
setSeed(1);

// Points along y = 3x − 1, with noise.
const x = randomNormal([100]);
const y = tidy(() =>
  x
    .mul(3)
    .sub(1)
    .add(randomNormal([100], 0, 0.1)),
);

const loss = (slope: Tensor, offset: Tensor): Tensor => x.mul(slope).add(offset).sub(y).square().mean();
const lossAndGradients = valueAndGrads(loss);

let slope: Tensor = scalar(0);
let offset: Tensor = scalar(0);
for (let step = 0; step <= steps; step++) {
  // `tidy` frees all tensors that its function does not return.
  const next = tidy(() => {
    const { value, grads } = lossAndGradients([slope, offset]);
    if (step % 20 === 0) console.log(`step ${step}: loss ${value.dataSync()[0].toFixed(4)}`);
    return [slope.sub(grads[0].mul(0.1)), offset.sub(grads[1].mul(0.1))];
  });
  slope.dispose();
  offset.dispose();
  [slope, offset] = next;
}
console.log(`y = ${slope.dataSync()[0].toFixed(2)} x + ${offset.dataSync()[0].toFixed(2)}`);

// The derivative of tanh is 1 − tanh². A derivative is a function like any other, so it can be differentiated again.
const at = tensor([-1, 0, 2]);
const first = grad((z) => z.tanh());
const second = grad((z) => first(z).sum());
console.log("tanh'", [...first(at).dataSync()].map((value) => value.toFixed(4)).join(' '));
console.log('1 − tanh²', [...scalar(1).sub(at.tanh().square()).dataSync()].map((value) => value.toFixed(4)).join(' '));
console.log("tanh''", [...second(at).dataSync()].map((value) => value.toFixed(4)).join(' '));

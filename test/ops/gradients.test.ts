import { beforeAll, describe, expect, test } from 'vitest';
import { checkGradients } from '../../src/autograd/check.js';
import { clone } from '../../src/ops/reshape.js';
import { dispose } from '../../src/tensor/scope.js';
import { cases } from '../cases/index.js';
import { startBackend } from '../support/backends.js';
import { type Case, outputsOf, type Tensors } from '../support/case.js';
import { uploadInputs } from '../support/inputs.js';

beforeAll(() => startBackend('cpu'));

const differentiable = cases.filter((each) => each.differentiable.length > 0);

/** Checks a case with respect to the inputs that have a gradient; the others are constants. */
function check(each: Case): void {
  const inputs = uploadInputs(each.inputs(), 'float64');
  const names = each.differentiable;
  try {
    const f = (...values: (typeof inputs)[string][]) => {
      const given = { ...inputs, ...Object.fromEntries(names.map((name, index) => [name, values[index]])) };
      const all: Tensors = Object.fromEntries(Object.entries(given).map(([name, x]) => [name, clone(x)]));
      const outputs = outputsOf(each.run(all));
      const results = outputs.filter((output) => output.dtype === 'float64').map((output) => clone(output));
      // As a model frees what no layer reads any more: what gradients read is the tape's to keep.
      dispose([all, ...outputs]);
      return results;
    };
    const checks = checkGradients(
      f,
      names.map((name) => inputs[name]),
      { order: each.orders },
    );
    expect(checks).toHaveLength(each.orders);
  } finally {
    for (const input of Object.values(inputs)) input.dispose();
  }
}

describe('central differences', () => {
  for (const each of differentiable.filter(({ orders }) => orders > 0)) {
    test(`${each.name}, order ${each.orders}`, () => check(each));
  }
});

import { beforeAll, describe, expect, test } from 'vitest';
import '../../src/ops/methods.js';
import { checkGradients } from '../../src/autograd/check.js';
import type { Backend } from '../../src/backends/backend.js';
import type { Kernels } from '../../src/backends/kernels.js';
import { currentBackend, withBackend } from '../../src/backends/registry.js';
import { GradientError } from '../../src/base/errors.js';
import { square } from '../../src/ops/unary.js';
import { dispose, keep, memory, tidy } from '../../src/tensor/scope.js';
import { type Tensor, upload } from '../../src/tensor/tensor.js';
import { variable } from '../../src/tensor/variable.js';
import { cases } from '../cases/index.js';
import { CONFIGURATIONS, startBackend, whyNot } from '../support/backends.js';
import { type Case, outputsOf, type Tensors } from '../support/case.js';
import { gradientsOf } from '../support/evaluate.js';
import { uploadInputs } from '../support/inputs.js';

/** Runs `f` on a case's inputs and expects that nothing but the inputs is alive after it. */
function withInputs(each: Case, f: (inputs: Tensors) => void): void {
  const before = memory();
  const inputs = uploadInputs(each.inputs(), 'float32');
  const loaded = memory();
  f(inputs);
  expect(memory()).toEqual(loaded);
  for (const input of Object.values(inputs)) expect(input.isDisposed).toBe(false);
  dispose(inputs);
  expect(memory()).toEqual(before);
}

const forward = (each: Case, inputs: Tensors): void => {
  const outputs = outputsOf(each.run(inputs));
  // An op never hands back its argument: who frees the one would free the other.
  for (const output of outputs) expect(Object.values(inputs)).not.toContain(output);
  dispose([...outputs]);
};

const backward = (each: Case, inputs: Tensors): void => {
  if (each.differentiable.length > 0) dispose(gradientsOf(each, inputs));
};

for (const configuration of [CONFIGURATIONS[0], CONFIGURATIONS[2]]) {
  const reason = await whyNot(configuration);
  describe.skipIf(reason)(`${configuration.label}: outputs and gradients are all that an op leaves`, () => {
    beforeAll(() => startBackend(configuration.backend, configuration.options));

    // Without tidy: the op frees its intermediate tensors itself.
    for (const each of cases) {
      test(each.name, () => {
        withInputs(each, (inputs) => forward(each, inputs));
        withInputs(each, (inputs) => backward(each, inputs));
      });
    }
  });
}

/** A backend whose memory or kernels give up after some calls. */
function failingAfter(calls: number): Backend {
  let left = calls;
  const spend = (): void => {
    if (left-- <= 0) throw new Error('given up');
  };
  const backend = currentBackend();
  const kernels = new Proxy(backend.kernels, {
    get: (target, name: keyof Kernels) => {
      const kernel = target[name] as (...operands: unknown[]) => void;
      return (...operands: unknown[]) => {
        spend();
        kernel.apply(target, operands);
      };
    },
  });
  return {
    ...backend,
    kernels,
    allocate: (dtype, size) => {
      spend();
      return backend.allocate(dtype, size);
    },
    upload: (values, dtype) => {
      spend();
      return backend.upload(values, dtype);
    },
  };
}

/** Runs `f` with a backend that gives up after 0, 1, 2, … calls, until it gets through. */
function failEverywhere(f: () => void): void {
  for (let calls = 0; ; calls++) {
    const before = memory();
    try {
      withBackend(failingAfter(calls), f);
      return;
    } catch (error) {
      expect((error as Error).message).toBe('given up');
      expect(memory(), `after ${calls} calls`).toEqual(before);
    }
  }
}

describe('an op that fails at any allocation or kernel leaves nothing', () => {
  beforeAll(() => startBackend('cpu'));

  for (const each of cases) {
    test(each.name, () => {
      withInputs(each, (inputs) => failEverywhere(() => forward(each, inputs)));
      withInputs(each, (inputs) => failEverywhere(() => backward(each, inputs)));
    });
  }
});

describe('scopes', () => {
  beforeAll(() => startBackend('cpu'));

  const make = (): Tensor => upload([1, 2, 3], [3], 'float32');

  test('tidy frees all tensors except those it returns, in any container', () => {
    const before = memory();
    const kept = tidy(() => {
      const [a, b, c] = [make(), make(), make()];
      make();
      return { a, list: [b], map: new Map([['c', c]]) };
    });
    expect(memory().numTensors).toBe(before.numTensors + 3);
    expect(memory().numBytes).toBe(before.numBytes + 36);
    dispose(kept);
    expect(memory()).toEqual(before);
  });

  test('an inner result belongs to the outer scope', () => {
    const before = memory();
    tidy(() => {
      const inner = tidy(() => square(make()));
      expect(inner.isDisposed).toBe(false);
    });
    expect(memory()).toEqual(before);
  });

  test('keep and variables outlive tidy', () => {
    const before = memory();
    const [kept, weight] = tidy(() => [keep(make()), variable(make())]);
    expect(memory().numTensors).toBe(before.numTensors + 2);
    dispose([kept, weight]);
    expect(memory()).toEqual(before);
  });

  test('tensors over one buffer count its bytes once, and the last one frees it', () => {
    const before = memory();
    const x = make();
    const y = x.reshape([3, 1]);
    expect(memory().numTensors).toBe(before.numTensors + 2);
    expect(memory().numDataBuffers).toBe(before.numDataBuffers + 1);
    expect(memory().numBytes).toBe(before.numBytes + 12);
    x.dispose();
    expect(y.dataSync()).toEqual(new Float32Array([1, 2, 3]));
    y.dispose();
    expect(memory()).toEqual(before);
  });

  test('a block that uses a tensor frees it', () => {
    const before = memory();
    {
      using x = make();
      expect(x.size).toBe(3);
    }
    expect(memory()).toEqual(before);
  });

  test('checkGradients frees its tensors whether it passes or fails', () => {
    using smooth = upload([1, 2], [2], 'float64');
    using nearKink = upload([1e-7], [1], 'float64');
    const before = memory();
    checkGradients((x) => square(x), [smooth], { order: 2 });
    expect(() => checkGradients((x) => x.abs(), [nearKink])).toThrow(GradientError);
    expect(memory()).toEqual(before);
  });
});

import { beforeAll, describe, expect, test } from 'vitest';
import { DisposedError } from '../../src/base/errors.js';
import {
  add,
  conv2d,
  customGrad,
  dispose,
  grad,
  grads,
  keep,
  matMul,
  memory,
  mul,
  ones,
  pow,
  scalar,
  sin,
  square,
  sub,
  sum,
  type Tensor,
  tensor,
  tidy,
  type Variable,
  valueAndGrad,
  valueAndGrads,
  variable,
  variableGrads,
  zeros,
} from '../../src/index.js';
import { startBackend } from '../support/backends.js';

beforeAll(() => startBackend('cpu'));

const valuesOf = (x: Tensor): number[] => [...x.dataSync()];

describe('grad', () => {
  test('of x³ at 2, up to the fourth order', () => {
    tidy(() => {
      const f = (x: Tensor) => pow(x, 3);
      const x = scalar(2);
      expect(valuesOf(grad(f)(x))).toEqual([12]);
      expect(valuesOf(grad(grad(f))(x))).toEqual([12]);
      expect(valuesOf(grad(grad(grad(f)))(x))).toEqual([6]);
      expect(valuesOf(grad(grad(grad(grad(f))))(x))).toEqual([0]);
    });
  });

  test('sums over y, or weighs it with dy', () => {
    tidy(() => {
      const x = tensor([1, 2, 3]);
      expect(valuesOf(grad(square)(x))).toEqual([2, 4, 6]);
      expect(valuesOf(grad(square)(x, tensor([1, 0, -1])))).toEqual([2, 0, -6]);
    });
  });

  test('adds up the ways that lead from x to y', () => {
    tidy(() => {
      const f = (x: Tensor) => add(mul(x, x), sub(x, mul(x, 3)));
      expect(valuesOf(grad(f)(tensor([1, 4])))).toEqual([0, 6]);
    });
  });

  test('of the identity is one, and does not free x', () => {
    const x = tensor([1, 2]);
    const before = memory();
    const { value, grad: gradient } = valueAndGrad((x) => x)(x);
    expect(valuesOf(gradient)).toEqual([1, 1]);
    expect(value).not.toBe(x);
    dispose([value, gradient]);
    expect(memory()).toEqual(before);
    expect(x.isDisposed).toBe(false);
    x.dispose();
  });

  test('sees through tidy inside the function', () => {
    tidy(() => {
      const f = (x: Tensor) =>
        tidy(() =>
          mul(
            tidy(() => square(x)),
            tidy(() => sin(x)),
          ),
        );
      const [x] = [0.7];
      const expected = 2 * x * Math.sin(x) + x * x * Math.cos(x);
      expect(grad(f)(scalar(x, 'float64')).dataSync()[0]).toBeCloseTo(expected, 12);
    });
  });

  test('keeps only its result, and frees all tensors when the function throws', () => {
    const x = tensor([1, 2]);
    const before = memory();
    const gradient = grad((x) => sum(square(add(x, 1))))(x);
    expect(memory().numTensors).toBe(before.numTensors + 1);
    gradient.dispose();
    const failing = (x: Tensor): Tensor => {
      square(x);
      throw new Error('mine');
    };
    expect(() => grad(failing)(x)).toThrow('mine');
    expect(() => grad(grad(failing))(x)).toThrow('mine');
    expect(memory()).toEqual(before);
    x.dispose();
  });

  test('an inner gradient that failed leaves the outer tape in order', () => {
    tidy(() => {
      const f = (x: Tensor): Tensor => {
        expect(() => grad(() => scalar(1))(x)).toThrow('does not depend');
        return square(x);
      };
      expect(valuesOf(grad(f)(scalar(3)))).toEqual([6]);
    });
  });
});

describe('grads', () => {
  test('of several arguments, one of them twice', () => {
    tidy(() => {
      const [a, b] = [tensor([1, 2]), tensor([3, 4])];
      const [da, db] = grads((a, b) => mul(mul(a, a), b))([a, b]);
      expect(valuesOf(da)).toEqual([6, 16]);
      expect(valuesOf(db)).toEqual([1, 4]);
      const [first, second] = grads((x, y) => mul(x, y))([a, a]);
      expect(first).not.toBe(second);
      expect([valuesOf(first), valuesOf(second)]).toEqual([
        [1, 2],
        [1, 2],
      ]);
    });
  });

  test('give the value too', () => {
    tidy(() => {
      const { value, grads: gradients } = valueAndGrads((a, b) => sum(mul(a, b)))([tensor([1, 2]), tensor([3, 4])]);
      expect(valuesOf(value)).toEqual([11]);
      expect(gradients.map(valuesOf)).toEqual([
        [3, 4],
        [1, 2],
      ]);
    });
  });

  test('mixed second derivatives agree in either order', () => {
    tidy(() => {
      const f = (a: Tensor, b: Tensor) => mul(sin(a), pow(b, 3));
      const at = [scalar(0.4, 'float64'), scalar(1.3, 'float64')];
      const [, ab] = grads((a, b) => grads(f)([a, b])[0])(at);
      const [ba] = grads((a, b) => grads(f)([a, b])[1])(at);
      expect(ab.dataSync()[0]).toBeCloseTo(Math.cos(0.4) * 3 * 1.3 ** 2, 12);
      expect(ba.dataSync()[0]).toBeCloseTo(ab.dataSync()[0], 12);
    });
  });
});

describe('variableGrads', () => {
  test('are keyed by name, and omit variables that the loss does not use', () => {
    const before = memory();
    tidy(() => {
      const [a, b, frozen] = [
        variable(tensor([1, 2]), true, 'a'),
        variable(zeros([1]), true, 'b'),
        variable(ones([2]), false, 'frozen'),
      ];
      const { value, grads: gradients } = variableGrads(() => sum(mul(square(a), frozen)));
      expect(valuesOf(value)).toEqual([5]);
      expect(Object.keys(gradients)).toEqual(['a']);
      expect(valuesOf(gradients.a)).toEqual([2, 4]);
      const { grads: chosen } = variableGrads(() => sum(mul(square(a), frozen)), [frozen]);
      expect(valuesOf(chosen.frozen)).toEqual([1, 4]);
      dispose([a, b, frozen]);
    });
    expect(memory()).toEqual(before);
  });
});

test('variableGrads reach every weight of a chain, and those that the function makes', () => {
  tidy(() => {
    const first = variable(ones([2, 3]), true, 'first');
    const second = variable(ones([3, 1]), true, 'second');
    let made: Variable | undefined;
    const { grads: gradients } = variableGrads(() => {
      made ??= variable(scalar(2), true, 'made');
      return sum(mul(matMul(matMul(ones([1, 2]), first), second), made));
    });
    expect(Object.keys(gradients).sort()).toEqual(['first', 'made', 'second']);
    expect(valuesOf(gradients.second)).toEqual([4, 4, 4]);
    expect(valuesOf(gradients.made)).toEqual([6]);
    dispose([first, second, made]);
  });
});

/** 2x, its memory given back already. */
function freed(x: Tensor): Tensor {
  const twice = mul(x, 2);
  twice.dispose();
  return twice;
}

describe('customGrad', () => {
  test('replaces the rule, and is differentiated through gradFunc', () => {
    tidy(() => {
      const clipped = customGrad((x, save) => {
        save([x]);
        return { value: square(x), gradFunc: (dy, [saved]) => mul(dy, mul(saved, 10)) };
      });
      const x = tensor([1, -3]);
      expect(valuesOf(clipped(x))).toEqual([1, 9]);
      expect(valuesOf(grad(clipped)(x))).toEqual([10, -30]);
      expect(valuesOf(grad(grad(clipped))(x))).toEqual([10, 10]);
    });
  });

  test('of two arguments, whose gradients come from one call', () => {
    tidy(() => {
      let calls = 0;
      const product = customGrad((a: Tensor, b: Tensor) => ({
        value: mul(a, b),
        gradFunc: (dy) => {
          calls++;
          return [mul(dy, b), mul(dy, a)];
        },
      }));
      const [da, db] = grads(product)([scalar(2), scalar(5)]);
      expect([...valuesOf(da), ...valuesOf(db), calls]).toEqual([5, 2, 1]);
    });
  });

  test('of the identity: straight through', () => {
    tidy(() => {
      const doubled = customGrad((x) => ({ value: x, gradFunc: (dy) => mul(dy, 2) }));
      expect(valuesOf(grad((x) => square(doubled(x)))(scalar(3)))).toEqual([12]);
    });
  });

  test("of a tensor from outside, which has other uses and stays its owner's", () => {
    tidy(() => {
      const outside = tensor([5, 7]);
      const f = customGrad(() => ({ value: outside, gradFunc: (dy) => mul(dy, 10) }));
      f(ones([2])).dispose();
      expect(valuesOf(grad((x) => add(f(x), mul(outside, x)))(tensor([1, 2])))).toEqual([15, 17]);
    });
  });

  test.each([
    ['an argument', (x: Tensor) => customGrad((x) => ({ value: square(x), gradFunc: (dy) => dy }))(freed(x))],
    [
      'a saved tensor',
      customGrad((x, save) => {
        save([freed(x)]);
        return { value: square(x), gradFunc: (dy, [saved]) => mul(dy, saved) };
      }),
    ],
    ['the value', customGrad((x) => ({ value: freed(x), gradFunc: (dy) => dy }))],
    ['a gradient', customGrad((x) => ({ value: square(x), gradFunc: (dy) => freed(dy) }))],
  ])('refuses %s that was disposed', (_, f) => {
    const x = ones([3]);
    const before = memory();
    expect(() => grad(f)(x)).toThrow(DisposedError);
    expect(memory()).toEqual(before);
    x.dispose();
  });
});

test('a second derivative of a convolution equals the derived one', () => {
  tidy(() => {
    // y = Σ (x · w)² over three pixels of a 1×1 filter w: d²y/dw² = 2 Σ x².
    const x = tensor([1, 2, 3], [1, 1, 3, 1]);
    const f = (w: Tensor) => sum(square(conv2d(x, w)));
    expect(valuesOf(grad(grad(f))(scalar(5).reshape([1, 1, 1, 1])))).toEqual([28]);
  });
});

test('tensors kept by the function outlive the tape', () => {
  const x = scalar(3);
  let inner: Tensor | undefined;
  const gradient = grad((x) => square((inner = keep(add(x, 1)))))(x);
  expect(inner!.isDisposed).toBe(false);
  expect(valuesOf(gradient)).toEqual([8]);
  dispose([x, inner, gradient]);
});

import * as ops from '../../src/ops/unary.js';
import { type Case, defineCase } from '../support/case.js';
import { awayFrom, floats, integers, type Make, normal, uniform } from '../support/inputs.js';

type Name = Exclude<keyof typeof ops, 'unary' | 'unaryOp' | 'step' | 'clipByValue'>;

/** An odd size, so that no vector width divides it. */
const SHAPE = [3, 5, 7] as const;
const anywhere = normal(...SHAPE);
const positive = uniform(0.2, 4, ...SHAPE);
const inside = uniform(-0.9, 0.9, ...SHAPE);

const smooth = (name: Name, x: Make): Case => defineCase(name, '', { inputs: { x }, run: ({ x }) => ops[name](x) });

const flat = (name: Name, x: Make): Case =>
  defineCase(name, '', { inputs: { x }, run: ({ x }) => ops[name](x), differentiable: [] });

export const unaryCases: readonly Case[] = [
  smooth('abs', awayFrom([0], 2, ...SHAPE)),
  smooth('neg', anywhere),
  smooth('reciprocal', positive),
  smooth('square', anywhere),
  smooth('sqrt', positive),
  smooth('rsqrt', positive),
  smooth('exp', anywhere),
  smooth('expm1', anywhere),
  smooth('log', positive),
  smooth('log1p', positive),
  smooth('erf', anywhere),
  smooth('sin', anywhere),
  smooth('cos', anywhere),
  smooth('tan', uniform(-1.2, 1.2, ...SHAPE)),
  smooth('asin', inside),
  smooth('acos', inside),
  smooth('atan', anywhere),
  smooth('sinh', anywhere),
  smooth('cosh', anywhere),
  smooth('asinh', anywhere),
  smooth('acosh', uniform(1.3, 4, ...SHAPE)),
  smooth('atanh', inside),
  flat('sign', floats([-3.5, -0, 0, 1e-30, 2])),
  flat('ceil', floats([-1.5, -1, -0.2, 0, 0.2, 1, 1.5])),
  flat('floor', floats([-1.5, -1, -0.2, 0, 0.2, 1, 1.5])),
  flat('round', floats([-2.5, -1.5, -0.5, -0.4, 0, 0.5, 0.6, 1.5, 2.5, 3.5])),
  defineCase('step', '', { inputs: { x: anywhere }, run: ({ x }) => ops.step(x), differentiable: [] }),
  defineCase('step', 'with a slope', {
    inputs: { x: floats([-1, 0, 1]) },
    run: ({ x }) => ops.step(x, 0.25),
    differentiable: [],
  }),
  defineCase('clipByValue', '', {
    inputs: { x: awayFrom([-0.5, 0.75], 1, ...SHAPE) },
    run: ({ x }) => ops.clipByValue(x, -0.5, 0.75),
  }),
  defineCase('exp', 'of a scalar', { inputs: { x: normal() }, run: ({ x }) => ops.exp(x) }),
  defineCase('exp', 'of nothing', { inputs: { x: normal(3, 0, 2) }, run: ({ x }) => ops.exp(x) }),
  defineCase('exp', 'of integers', { inputs: { x: integers(-3, 4, 9) }, run: ({ x }) => ops.exp(x) }),
  defineCase('abs', 'of integers', { inputs: { x: integers(-9, 9, 19) }, run: ({ x }) => ops.abs(x) }),
  defineCase('exp', 'of large and small values', {
    inputs: { x: floats([-200, -80, -20, 0, 20, 80]) },
    run: ({ x }) => ops.exp(x),
    differentiable: [],
  }),
  defineCase('log', 'of 0, of large and small values and of -1', {
    inputs: { x: floats([0, 1e-37, 1, 1e37, -1]) },
    run: ({ x }) => ops.log(x),
    differentiable: [],
  }),
  defineCase('square', 'above one chunk of work', { inputs: { x: normal(41, 811) }, run: ({ x }) => ops.square(x) }),
];

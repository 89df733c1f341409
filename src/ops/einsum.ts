import { isFloat } from '../base/dtype.js';
import { ShapeError } from '../base/errors.js';
import { formatShape, sizeOf } from '../base/shape.js';
import { commonDType, type TensorLike, withTensors } from '../tensor/convert.js';
import { tidy } from '../tensor/scope.js';
import { type Tensor, upload } from '../tensor/tensor.js';
import { mul } from './arithmetic.js';
import { sum } from './broadcast.js';
import { matMul } from './matmul.js';
import { reshape } from './reshape.js';
import { type Equation, parseEquation } from './shared/einsum-equation.js';
import { gatherRows } from './shared/gather-rows.js';
import { toDType } from './shared/to-dtype.js';
import { transpose } from './transpose.js';

/** A tensor and one letter for each of its axes. */
interface Labelled {
  readonly x: Tensor;
  readonly labels: string;
}

/**
 * Einstein's summation: products of tensors, summed over the letters that the result does not have.
 * @param equation `'bij,bjk->bik'`: a letter for each axis of each tensor. `...` stands for axes without a letter,
 * which broadcast as in numpy; a letter twice in one tensor takes its diagonal; without `->` the result has the letters
 * that occur once, in alphabetical order
 * @param tensors contracted from left to right; products run as matrix products
 * @returns the sum, differentiable in every tensor
 * @throws ValueError when the equation does not fit the tensors @throws ShapeError when a letter has two sizes
 * @see numpy.einsum
 * @example einsum('ij,jk->ik', [[1, 2]], [[3], [4]]) // [[11]]
 */
export function einsum(equation: string, ...tensors: TensorLike[]): Tensor {
  return withTensors('einsum', 'tensors', tensors, (given) => {
    const parsed = parseEquation(
      equation,
      given.map(({ rank }) => rank),
    );
    return tidy(() => {
      const dtype = commonDType(given);
      const float = isFloat(dtype) ? dtype : 'float32';
      const operands = given.map((x, index) => ({ x: toDType(x, float), labels: parsed.operands[index] }));
      assertSizes(operands);
      return toDType(contractAll(operands, parsed), dtype === 'bool' ? 'int32' : dtype);
    });
  });
}

function contractAll(operands: readonly Labelled[], { output }: Equation): Tensor {
  const [first, ...others] = operands.map(diagonal);
  const wantedFrom = (index: number): string =>
    output +
    others
      .slice(index)
      .map(({ labels }) => labels)
      .join('');
  let result = sumOut(first, wantedFrom(0));
  for (const [index, other] of others.entries()) {
    const wanted = wantedFrom(index + 1);
    result = contract(result, sumOut(other, result.labels + wanted), wanted);
    result = sumOut(result, wanted);
  }
  return ordered(result, output);
}

/** @throws ShapeError when axes of one letter differ; where `...` broadcasts, an axis of 1 may */
function assertSizes(operands: readonly Labelled[]): void {
  const sizes = new Map<string, number>();
  for (const { x, labels } of operands) {
    for (const [axis, label] of [...labels].entries()) {
      const size = x.shape[axis];
      const known = sizes.get(label) ?? size;
      const mayStretch = !/[a-zA-Z]/.test(label) && (known === 1 || size === 1);
      if (known !== size && !mayStretch) {
        throw new ShapeError(
          `einsum: '${label}' is ${known} in one tensor and ${size} in another, ${formatShape(x.shape)}`,
        );
      }
      sizes.set(label, Math.max(known, size));
    }
  }
}

/** A letter that a tensor has twice stands for the diagonal of both axes. */
function diagonal(operand: Labelled): Labelled {
  const { x, labels } = operand;
  const label = [...labels].find((each, axis) => labels.indexOf(each) < axis);
  if (label === undefined) return operand;
  const [one, other] = [labels.indexOf(label), labels.lastIndexOf(label)];
  const [size, otherSize] = [x.shape[one], x.shape[other]];
  if (size !== otherSize) {
    throw new ShapeError(`einsum: '${label}' is ${size} and ${otherSize} in one tensor, ${formatShape(x.shape)}`);
  }
  const rest = x.shape.flatMap((_, axis) => (axis === one || axis === other ? [] : [axis]));
  const square = transpose(x, [one, other, ...rest]);
  const inner = sizeOf(rest.map((axis) => x.shape[axis]));
  const places = upload(
    Int32Array.from({ length: size }, (_, i) => i * (size + 1)),
    [size],
    'int32',
  );
  const picked = gatherRows(square, places, { outer: 1, size: size * size, inner });
  return diagonal({
    x: reshape(picked, [size, ...rest.map((axis) => x.shape[axis])]),
    labels: label + rest.map((axis) => labels[axis]).join(''),
  });
}

/** Sums over the axes that nothing asks for. */
function sumOut({ x, labels }: Labelled, wanted: string): Labelled {
  const axes = [...labels].flatMap((label, axis) => (wanted.includes(label) ? [] : [axis]));
  if (axes.length === 0) return { x, labels };
  return { x: sum(x, axes), labels: [...labels].filter((label) => wanted.includes(label)).join('') };
}

/** The axes of x in the order of labels, with axes of 1 for labels that it lacks. */
function aligned({ x, labels }: Labelled, target: string): Tensor {
  const present = [...target].filter((label) => labels.includes(label));
  const moved = ordered({ x, labels }, present.join(''));
  let axis = 0;
  return reshape(
    moved,
    [...target].map((label) => (labels.includes(label) ? moved.shape[axis++] : 1)),
  );
}

function ordered({ x, labels }: Labelled, target: string): Tensor {
  return labels === target
    ? x
    : transpose(
        x,
        [...target].map((label) => labels.indexOf(label)),
      );
}

/** The product of two tensors, summed over what both have and nothing asks for. */
function contract(a: Labelled, b: Labelled, wanted: string): Labelled {
  const both = [...a.labels].filter((label) => b.labels.includes(label));
  // Axes of 1 that stretch are multiplied, not summed by matrices.
  const isEven = (label: string) => a.x.shape[a.labels.indexOf(label)] === b.x.shape[b.labels.indexOf(label)];
  const summed = both.filter((label) => !wanted.includes(label) && isEven(label));
  const batch = both.filter((label) => !summed.includes(label));
  const left = [...a.labels].filter((label) => !both.includes(label));
  const right = [...b.labels].filter((label) => !both.includes(label));
  const labels = [...batch, ...left, ...right].join('');
  if (summed.length === 0) return { x: mul(aligned(a, labels), aligned(b, labels)), labels };

  const sizes = ({ x, labels }: Labelled, of: readonly string[]) => of.map((label) => x.shape[labels.indexOf(label)]);
  const inner = sizeOf(sizes(a, summed));
  const rows = ordered(a, [...batch, ...left, ...summed].join(''));
  const columns = ordered(b, [...batch, ...summed, ...right].join(''));
  const product = matMul(
    reshape(rows, [...sizes(a, batch), sizeOf(sizes(a, left)), inner]),
    reshape(columns, [...sizes(b, batch), inner, sizeOf(sizes(b, right))]),
  );
  return {
    x: reshape(product, [...product.shape.slice(0, batch.length), ...sizes(a, left), ...sizes(b, right)]),
    labels,
  };
}

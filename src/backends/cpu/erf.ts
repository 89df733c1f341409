/*
 * The error function to double precision by the rational approximations of W. J. Cody, "Rational Chebyshev
 * approximations for the error function", Mathematics of Computation 23 (1969), pages 631–637, on three intervals:
 * erf(x) = x · R(x²) for |x| ≤ 0.46875, erfc(x) = e^(−x²) · R(x) up to 4, and above
 * erfc(x) = e^(−x²) / x · (1/√π + R(1/x²) / x²). Coefficients run from the highest power down.
 */

const SMALL_TOP = [0.18577770618460315, 3.1611237438705655, 113.86415415105016, 377.485237685302, 3209.3775891384694];
const SMALL_BOTTOM = [1, 23.601290952344122, 244.02463793444417, 1282.6165260773723, 2844.236833439171];

const MIDDLE_TOP = [
  2.1531153547440383e-8, 0.5641884969886701, 8.883149794388377, 66.11919063714163, 298.6351381974001, 881.952221241769,
  1712.0476126340707, 2051.0783778260716, 1230.3393547979972,
];
const MIDDLE_BOTTOM = [
  1, 15.744926110709835, 117.6939508913125, 537.1811018620099, 1621.3895745666903, 3290.7992357334597,
  4362.619090143247, 3439.3676741437216, 1230.3393548037495,
];

const LARGE_TOP = [
  0.016315387137302097, 0.30532663496123236, 0.36034489994980445, 0.12578172611122926, 0.016083785148742275,
  0.0006587491615298378,
];
const LARGE_BOTTOM = [
  1, 2.568520192289822, 1.8729528499234673, 0.5279051029514285, 0.06051834131244132, 0.0023352049762686918,
];

/** Beyond this erfc is below the smallest double. */
const VANISHES = 27.3;

function polynomial(coefficients: readonly number[], x: number): number {
  let value = 0;
  for (let i = 0; i < coefficients.length; i++) value = value * x + coefficients[i];
  return value;
}

function smallErf(x: number): number {
  const square = x * x;
  return (x * polynomial(SMALL_TOP, square)) / polynomial(SMALL_BOTTOM, square);
}

/** e^(−x²); x is split in sixteenths so that the rounding of the square is not blown up by the exponential. */
function gaussian(x: number): number {
  const coarse = Math.trunc(x * 16) / 16;
  return Math.exp(-coarse * coarse) * Math.exp(-(x - coarse) * (x + coarse));
}

/** erfc for x > 0.46875. */
function tail(x: number): number {
  if (x > VANISHES) return 0;
  if (x <= 4) return (gaussian(x) * polynomial(MIDDLE_TOP, x)) / polynomial(MIDDLE_BOTTOM, x);
  const inverse = 1 / (x * x);
  const correction = (inverse * polynomial(LARGE_TOP, inverse)) / polynomial(LARGE_BOTTOM, inverse);
  return (gaussian(x) * (1 / Math.sqrt(Math.PI) - correction)) / x;
}

/** 2/√π · ∫₀ˣ e^(−t²) dt */
export function erf(x: number): number {
  const distance = Math.abs(x);
  if (distance > 0.46875) return Math.sign(x) * (1 - tail(distance));
  return smallErf(x);
}

/** 1 − erf(x), with full relative precision far right of zero. */
export function erfc(x: number): number {
  const distance = Math.abs(x);
  if (distance > 0.46875) return x > 0 ? tail(distance) : 2 - tail(distance);
  return 1 - smallErf(x);
}

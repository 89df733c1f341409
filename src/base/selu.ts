/*
 * The constants of SELU: Klambauer et al., "Self-normalizing neural networks", arXiv:1706.02515, equation 14. The
 * kernels compile this file as AssemblyScript, so it holds nothing else.
 */

export const SELU_SCALE = 1.0507009873554805;
export const SELU_ALPHA = 1.6732632423543772;

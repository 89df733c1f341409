/**
 * Weights of red, green and blue in the luma of ITU-R BT.601, as Pillow's `convert('L')` and so Keras's image loading
 * use them.
 */
export const LUMA: readonly [number, number, number] = [0.299, 0.587, 0.114];

/** The same, rounded as in TensorFlow's `rgb_to_grayscale`: they add up to 0.9999. */
export const TENSORFLOW_LUMA: readonly [number, number, number] = [0.2989, 0.587, 0.114];

/**
 * Base of every error that nabla throws on purpose; `instanceof NablaError` distinguishes them from bugs.
 * @example if (error instanceof NablaError) console.error(error.message)
 */
export class NablaError extends Error {
  override readonly name: string = 'NablaError';
}

/** Shapes that an op or a layer does not accept. */
export class ShapeError extends NablaError {
  override readonly name = 'ShapeError';
}

/** A dtype that an op or a backend does not support. */
export class DTypeError extends NablaError {
  override readonly name = 'DTypeError';
}

/** An argument outside its domain: a negative stride, an unknown string id, an empty data set, a label out of range. */
export class ValueError extends NablaError {
  override readonly name = 'ValueError';
}

/** A backend that is missing, cannot run here, ran out of memory, or lost its device. */
export class BackendError extends NablaError {
  override readonly name = 'BackendError';
}

/** A file that is truncated, corrupted, forged or of an unknown kind. */
export class FormatError extends NablaError {
  override readonly name = 'FormatError';
}

/** A file or folder that cannot be written: no space, no permission, a file where a folder should be. */
export class FileError extends NablaError {
  override readonly name = 'FileError';

  constructor(
    message: string,
    /** Code of the file system: ENOSPC, EACCES, … */
    readonly code: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** A tensor that is used after `dispose()` or after the `tidy` that owned it. */
export class DisposedError extends NablaError {
  override readonly name = 'DisposedError';
}

/** A gradient that finite differences contradict. */
export class GradientError extends NablaError {
  override readonly name = 'GradientError';
}

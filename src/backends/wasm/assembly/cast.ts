import { isTrue, loadMasks, storeBooleans } from './shared/booleans';
import { elementsBegin, elementsEnd } from './shared/chunks';

@unmanaged
class Cast {
  x: usize;
  out: usize;
  size: u32;
}

export function castIntegersToFloats(job: usize, firstChunk: i32, lastChunk: i32, scratch: usize): void {
  const cast = changetype<Cast>(job);
  const end = elementsEnd(lastChunk, cast.size) << 2;
  for (let at = elementsBegin(firstChunk) << 2; at < end; at += 16) {
    v128.store(cast.out + at, f32x4.convert_i32x4_s(v128.load(cast.x + at)));
  }
}

export function castBooleansToFloats(job: usize, firstChunk: i32, lastChunk: i32, scratch: usize): void {
  const cast = changetype<Cast>(job);
  const end = elementsEnd(lastChunk, cast.size);
  for (let at = elementsBegin(firstChunk); at < end; at += 4) {
    v128.store(cast.out + (at << 2), v128.and(loadMasks(cast.x + at), f32x4.splat(1)));
  }
}

export function castFloatsToBooleans(job: usize, firstChunk: i32, lastChunk: i32, scratch: usize): void {
  const cast = changetype<Cast>(job);
  const end = elementsEnd(lastChunk, cast.size);
  for (let at = elementsBegin(firstChunk); at < end; at += 4) {
    storeBooleans(cast.out + at, isTrue(v128.load(cast.x + (at << 2))));
  }
}

import { isTrue, loadMasks, storeBooleans } from './shared/booleans';
import { elementsBegin, elementsEnd } from './shared/tiles';

@unmanaged
class Cast {
  x: usize;
  out: usize;
  size: u32;
}

export function castIntegersToFloats(job: usize, firstTile: i32, lastTile: i32, scratch: usize): void {
  const cast = changetype<Cast>(job);
  const end = elementsEnd(lastTile, cast.size) << 2;
  for (let at = elementsBegin(firstTile) << 2; at < end; at += 16) {
    v128.store(cast.out + at, f32x4.convert_i32x4_s(v128.load(cast.x + at)));
  }
}

export function castBooleansToFloats(job: usize, firstTile: i32, lastTile: i32, scratch: usize): void {
  const cast = changetype<Cast>(job);
  const end = elementsEnd(lastTile, cast.size);
  for (let at = elementsBegin(firstTile); at < end; at += 4) {
    v128.store(cast.out + (at << 2), v128.and(loadMasks(cast.x + at), f32x4.splat(1)));
  }
}

export function castFloatsToBooleans(job: usize, firstTile: i32, lastTile: i32, scratch: usize): void {
  const cast = changetype<Cast>(job);
  const end = elementsEnd(lastTile, cast.size);
  for (let at = elementsBegin(firstTile); at < end; at += 4) {
    storeBooleans(cast.out + at, isTrue(v128.load(cast.x + (at << 2))));
  }
}

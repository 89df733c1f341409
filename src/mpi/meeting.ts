import { setTimeout as pause } from 'node:timers/promises';
import type { World } from './world.js';

/** Distinguishes these messages from others between the same ranks. */
const TAG = 1313;
/** Milliseconds between two looks for messages: the first, and the longest. */
const FIRST_PAUSE = 1;
const LONGEST_PAUSE = 50;

/** Messages of rank 0. */
const PRESENT = 1;
const ALL_PRESENT = 2;

/**
 * Wait until every rank has called this, and end all ranks by a message that names those that have not. A collective
 * call could not tell who is missing, nor stop waiting.
 * @param timeout seconds
 */
export async function meet(caller: string, world: World, timeout: number): Promise<void> {
  if (world.size === 1) return;
  const deadline = performance.now() + timeout * 1000;
  const missing = world.rank === 0 ? await othersOf(world, deadline) : await firstOf(world, deadline);
  if (missing.length === 0) return;
  const ranks = `rank${missing.length > 1 ? 's' : ''} ${missing.join(', ')}`;
  world.abort(
    `${caller}: waited ${timeout} s for ${ranks} of ${world.size}, which made no such call; every rank must call ${caller} alike`,
  );
}

/** Rank 0: wait for a message of each other rank, and tell all that they are complete. @returns ranks without one */
async function othersOf(world: World, deadline: number): Promise<number[]> {
  const others = Array.from({ length: world.size - 1 }, (_, index) => index + 1);
  const calls = others.map((rank) => ({ rank, message: world.startReceive(new Int32Array(1), rank, TAG) }));
  send(world, others, PRESENT);
  await until(() => calls.every(({ message }) => message.test()), deadline);
  const missing = calls.filter(({ message }) => !message.test()).map(({ rank }) => rank);
  if (missing.length === 0) send(world, others, ALL_PRESENT);
  return missing;
}

/** Other ranks: announce this one to rank 0. Once rank 0 is there, it is the one that knows who is missing. */
async function firstOf(world: World, deadline: number): Promise<number[]> {
  const present = world.startReceive(new Int32Array(1), 0, TAG);
  send(world, [0], PRESENT);
  if (!(await until(() => present.test(), deadline))) return [0];
  const complete = world.startReceive(new Int32Array(1), 0, TAG);
  await until(() => complete.test(), Number.POSITIVE_INFINITY);
  return [];
}

/** Messages of four bytes leave at once: nobody needs to receive them first. */
function send(world: World, ranks: readonly number[], message: number): void {
  for (const sending of ranks.map((rank) => world.startSend(Int32Array.of(message), rank, TAG))) sending.wait();
}

/** @returns whether the condition held before the deadline */
async function until(condition: () => boolean, deadline: number): Promise<boolean> {
  for (let wait = FIRST_PAUSE; !condition(); wait = Math.min(2 * wait, LONGEST_PAUSE)) {
    if (performance.now() > deadline) return false;
    await pause(wait);
  }
  return true;
}

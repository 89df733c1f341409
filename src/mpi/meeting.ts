import { setTimeout as pause } from 'node:timers/promises';
import type { Communicator } from './communicator.js';

/** Distinguishes these messages from others between the same ranks. */
const TAG = 1313;
/** Initial and maximum milliseconds between two polls for messages. */
const FIRST_PAUSE = 1;
const LONGEST_PAUSE = 50;

/** Messages of rank 0. */
const PRESENT = 1;
const ALL_PRESENT = 2;

/**
 * Wait until every rank has called this. A collective call could neither name the missing ranks nor time out.
 * @param timeout seconds
 * @returns ranks that did not call it in time
 */
export async function meet(communicator: Communicator, timeout: number): Promise<readonly number[]> {
  if (communicator.size === 1) return [];
  const deadline = performance.now() + timeout * 1000;
  return communicator.rank === 0 ? othersOf(communicator, deadline) : firstOf(communicator, deadline);
}

/** Rank 0: wait for a message of each other rank, then notify all of them. @returns ranks that sent none */
async function othersOf(communicator: Communicator, deadline: number): Promise<number[]> {
  const others = Array.from({ length: communicator.size - 1 }, (_, index) => index + 1);
  const calls = others.map((rank) => ({ rank, message: communicator.startReceive(new Int32Array(1), rank, TAG) }));
  send(communicator, others, PRESENT);
  await until(() => calls.every(({ message }) => message.test()), deadline);
  const missing = calls.filter(({ message }) => !message.test()).map(({ rank }) => rank);
  if (missing.length === 0) send(communicator, others, ALL_PRESENT);
  return missing;
}

/** Other ranks: send a message to rank 0. Once rank 0 has arrived, it knows which ranks are missing. */
async function firstOf(communicator: Communicator, deadline: number): Promise<number[]> {
  const present = communicator.startReceive(new Int32Array(1), 0, TAG);
  send(communicator, [0], PRESENT);
  if (!(await until(() => present.test(), deadline))) return [0];
  const complete = communicator.startReceive(new Int32Array(1), 0, TAG);
  await until(() => complete.test(), Number.POSITIVE_INFINITY);
  return [];
}

/** Send a message of four bytes, which MPI sends without waiting for a matching receive. */
function send(communicator: Communicator, ranks: readonly number[], message: number): void {
  for (const sending of ranks.map((rank) => communicator.startSend(Int32Array.of(message), rank, TAG))) sending.wait();
}

/** @returns whether the condition became true before the deadline */
async function until(condition: () => boolean, deadline: number): Promise<boolean> {
  for (let wait = FIRST_PAUSE; !condition(); wait = Math.min(2 * wait, LONGEST_PAUSE)) {
    if (performance.now() > deadline) return false;
    await pause(wait);
  }
  return true;
}

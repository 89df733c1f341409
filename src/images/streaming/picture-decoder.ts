import { FormatError } from '../../base/errors.js';
import { type ScriptThread, startScriptThread } from '../../base/script-thread.js';
import type { DecodeAnswer, DecodeRequest } from './decode-worker.js';
import decodeWorker from './generated/decode-worker.js';
import { type PixelForm, toPixels } from './to-pixels.js';

interface Task {
  readonly request: DecodeRequest;
  readonly resolve: (pixels: Uint8Array) => void;
  readonly reject: (error: Error) => void;
}

interface Member {
  readonly thread: ScriptThread;
  task: Task | null;
}

/**
 * Decodes images on separate threads; each takes the next image in the queue. If threads cannot start, or terminate,
 * their images are decoded on the caller's thread.
 */
export class PictureDecoder {
  private readonly members: Member[] = [];
  private readonly waiting: Task[] = [];
  private started = false;
  private nextId = 0;

  /** @param threads 0 decodes on the caller's thread */
  constructor(private readonly threads: number) {}

  /** Decode a JPEG or PNG, and fit it to a form. @throws FormatError naming the image */
  decode(bytes: Uint8Array, name: string, form: PixelForm): Promise<Uint8Array> {
    if (!this.started) this.start();
    if (this.members.length === 0) return toPixels(bytes, name, form);
    return new Promise((resolve, reject) => {
      this.waiting.push({ request: { id: this.nextId++, bytes, name, form }, resolve, reject });
      this.assign();
    });
  }

  private start(): void {
    this.started = true;
    for (let index = 0; index < this.threads; index++) {
      try {
        this.startMember();
      } catch {
        return;
      }
    }
  }

  private startMember(): void {
    const member: Member = {
      task: null,
      thread: startScriptThread(decodeWorker, {
        onMessage: (message) => this.finish(member, message as DecodeAnswer),
        onEnd: () => this.lose(member),
      }),
    };
    this.members.push(member);
  }

  private assign(): void {
    for (const member of this.members) {
      if (member.task) continue;
      const task = this.waiting.shift();
      if (!task) return;
      member.task = task;
      member.thread.hold(true);
      // Not transferred, because the bytes are needed again if the thread terminates.
      member.thread.post(task.request, []);
    }
  }

  private finish(member: Member, answer: DecodeAnswer): void {
    const { task } = member;
    if (task?.request.id !== answer.id) return;
    member.task = null;
    member.thread.hold(false);
    if ('pixels' in answer) task.resolve(answer.pixels);
    else task.reject(new FormatError(answer.message));
    this.assign();
  }

  /** Handle an unexpected end of a thread: decode its image here, and the whole queue if it was the last thread. */
  private lose(member: Member): void {
    const index = this.members.indexOf(member);
    if (index < 0) return;
    this.members.splice(index, 1);
    const orphans = [
      ...(member.task ? [member.task] : []),
      ...(this.members.length === 0 ? this.waiting.splice(0) : []),
    ];
    for (const { request, resolve, reject } of orphans) {
      toPixels(request.bytes, request.name, request.form).then(resolve, reject);
    }
  }

  /** End the threads. Pending images are decoded on the caller's thread. */
  close(): void {
    for (const member of [...this.members]) {
      member.thread.terminate();
      this.lose(member);
    }
  }
}

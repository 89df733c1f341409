/**
 * Train a model outside the page's thread, report each epoch, and send the model back as the bytes of a file.
 */
import { encodeModel, layers, sequential, setSeed, tensor2d } from 'nabla';

/** Message from the page: points in the plane, and whether each belongs to the class. */
export interface Job {
  readonly points: number[][];
  readonly labels: number[][];
  readonly epochs: number;
}

/** Messages to the page: one per epoch, then the model. */
export type Answer = { readonly epoch: number; readonly loss: number } | { readonly model: Uint8Array };

const answer = (message: Answer, transfer: Transferable[] = []): void => postMessage(message, { transfer });

addEventListener('message', async ({ data: { points, labels, epochs } }: MessageEvent<Job>) => {
  setSeed(1);
  const model = sequential({
    layers: [
      layers.dense({ units: 32, activation: 'relu', inputShape: [2] }),
      layers.dense({ units: 32, activation: 'relu' }),
      layers.dense({ units: 1, activation: 'sigmoid' }),
    ],
  });
  model.compile({ optimizer: 'adam', loss: 'binaryCrossentropy' });
  await model.fit(tensor2d(points), tensor2d(labels), {
    epochs,
    callbacks: { onEpochEnd: (epoch, { loss }) => answer({ epoch, loss }) },
  });
  const bytes = await encodeModel(model, 'keras');
  // Transferred, not copied.
  answer({ model: bytes }, [bytes.buffer]);
});

import * as nb from 'nabla';
import { modelAndData } from './model.js';
import { check, note, report } from './report.js';

/* The stores of a page: a model is saved, moved, listed, loaded and removed in each. */

const hasFiles = typeof FileSystemFileHandle === 'function' && 'createWritable' in FileSystemFileHandle.prototype;

void report(async () => {
  const { model, x } = modelAndData();
  const outputs = (each: nb.Model) => nb.tidy(() => [...(each.predict(x) as nb.Tensor).dataSync()]);
  const stores = ['indexeddb', 'localstorage', ...(hasFiles ? ['opfs'] : [])];
  for (const store of stores) {
    const moved = `${store}://moved digits`;
    await model.save(`${store}://digits`);
    await nb.io.moveModel(`${store}://digits`, moved);
    check(`${store}: models`, Object.keys(await nb.io.listModels()), [moved]);
    check(`${store}: predictions after`, outputs(await nb.loadLayersModel(moved)), outputs(model));
    const { weightDataBytes } = await nb.io.removeModel(moved);
    check(`${store}: bytes of weights`, weightDataBytes, 740);
    check(`${store}: models after removal`, Object.keys(await nb.io.listModels()), []);
  }
  note(stores.join(', '));
});

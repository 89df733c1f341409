import '../../../../src/index.js';
import { setBackend } from '../../../../src/backends/registry.js';
import { gpuInfo } from '../../../../src/gpu.js';
import { cases } from '../../../cases/index.js';
import { evaluate } from '../../../support/evaluate.js';
import { DRIVER_TOLERANCE, differences, evaluateLater, WITHOUT_INFINITIES } from '../evaluate-later.js';
import { mode, report } from './report.js';

/* Every case of the op tests, in a mode that only a browser has. */

await setBackend('cpu');
const checked = cases.filter(({ name }) => !WITHOUT_INFINITIES.includes(name));
const reference = new Map(checked.map((each) => [each, evaluate(each, 'float64')]));
await setBackend('gpu', { mode });

await report({
  'the mode that runs': async () => (gpuInfo().mode === mode ? [] : [gpuInfo().mode]),
  ...Object.fromEntries(
    checked.map((each) => [
      each.name,
      async () => {
        const results = await evaluateLater(each);
        const found = differences(results, reference.get(each)!, Math.max(each.tolerance, DRIVER_TOLERANCE));
        return gpuInfo().alive.arrays === 0 ? found : [...found, `${gpuInfo().alive.arrays} arrays left`];
      },
    ]),
  ),
});

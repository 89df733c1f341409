import { Adafactor } from './adafactor.js';
import { cosineDecayRestarts } from './cosine-restarts.js';
import { Ftrl } from './ftrl.js';
import { Lion } from './lion.js';
import { Nadam } from './nadam.js';
import { oneCycle } from './one-cycle.js';
import { addBuiltInOptimizer } from './registry.js';
import { addBuiltInSchedule } from './schedules.js';

/*
 * The optimizers and schedules that not every page needs, by name. A bundle has them by name where it loads models,
 * which may name them; `compile` takes the objects anywhere.
 */
addBuiltInOptimizer('adafactor', (options) => new Adafactor(options));
addBuiltInOptimizer('ftrl', (options) => new Ftrl(options));
addBuiltInOptimizer('lion', (options) => new Lion(options));
addBuiltInOptimizer('nadam', (options) => new Nadam(options));
addBuiltInSchedule('OneCycle', oneCycle);
addBuiltInSchedule('CosineDecayRestarts', cosineDecayRestarts);

// NABLA_NATIVE names a folder with the real one: scripts/gpu-ci.sh makes it.
const { join } = require('node:path');

module.exports = process.env.NABLA_NATIVE ? require(join(process.env.NABLA_NATIVE, 'node_modules', 'gl')) : null;

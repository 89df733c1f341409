#!/usr/bin/env bash
# Tests the gpu backend in every mode of gpu.js; each of them is required:
# headlessgl (Mesa's llvmpipe under xvfb), webgpu in Node (Dawn over Chromium's SwiftShader),
# webgl2 and webgpu in headless Chromium with the built package.
#
# Needs, on Debian or Ubuntu: chromium xvfb xauth libgl1-mesa-dri libvulkan1, and to compile gl
# g++ make python3 pkg-config libxi-dev libgl1-mesa-dev. Needs npm ci and npm run build before.
#
# NABLA_NATIVE is the folder for gl and webgpu (default .cache/native). Keep it: gl takes minutes to compile.
set -euo pipefail
cd "$(dirname "$0")/.."

export NABLA_NATIVE="${NABLA_NATIVE:-$PWD/.cache/native}"
# Dawn refuses the Vulkan driver of Debian's Mesa 22. SwiftShader comes with Chromium.
export VK_ICD_FILENAMES="${VK_ICD_FILENAMES:-/usr/lib/chromium/vk_swiftshader_icd.json}"
# Dawn looks for Wayland's socket here, and prints two warnings per process if there is no such folder.
export XDG_RUNTIME_DIR="${XDG_RUNTIME_DIR:-${TMPDIR:-/tmp}}"
export NABLA_REQUIRE_BACKENDS="${NABLA_REQUIRE_BACKENDS:-gpu}"

if [ ! -e "$NABLA_NATIVE/node_modules/webgpu/index.js" ] || [ ! -e "$NABLA_NATIVE/node_modules/gl/build/Release/webgl.node" ]; then
  mkdir -p "$NABLA_NATIVE"
  # npm runs install scripts only of allowed packages; gl compiles itself in one.
  echo '{ "private": true, "allowScripts": { "gl": true, "webgpu": true } }' > "$NABLA_NATIVE/package.json"
  npm install --prefix "$NABLA_NATIVE" --no-audit --no-fund gl@8.1.6 webgpu@0.6.2
fi

for mode in headlessgl webgpu; do
  echo "== $mode in Node"
  NABLA_GPU_MODES=$mode xvfb-run -a npx vitest run test/backends/gpu
done

echo '== Chromium'
npx tsx test/backends/gpu/browser/run.ts webgl2,webgpu

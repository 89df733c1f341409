#!/usr/bin/env bash
# The webgpu backend in Node (Dawn over Chromium's SwiftShader, and its null device) and, built, in headless Chromium.
#
# Needs, on Debian or Ubuntu: chromium libvulkan1. Needs npm ci and npm run build before.
#
# NABLA_NATIVE names the folder that gets the package webgpu (default .cache/native, which scripts/gpu-ci.sh shares).
set -euo pipefail
cd "$(dirname "$0")/.."

export NABLA_NATIVE="${NABLA_NATIVE:-$PWD/.cache/native}"
# Debian's Mesa 22 has a Vulkan that Dawn refuses; SwiftShader comes with Chromium.
export VK_ICD_FILENAMES="${VK_ICD_FILENAMES:-/usr/lib/chromium/vk_swiftshader_icd.json}"
# Dawn looks for Wayland's socket there, and complains twice a process where there is no such folder.
export XDG_RUNTIME_DIR="${XDG_RUNTIME_DIR:-${TMPDIR:-/tmp}}"

if [ ! -e "$NABLA_NATIVE/node_modules/webgpu/index.js" ]; then
  npm install --prefix "$NABLA_NATIVE" --no-audit --no-fund webgpu@0.6.2
fi

echo '== Node'
npx vitest run test/backends/webgpu

echo '== Chromium'
npx tsx scripts/browser-webgpu.ts

"""Logits of models of the zoo in PyTorch, float64.

    python3 scripts/golden-zoo.py > test/fixtures/zoo-logits.json

Weights and images come from a hash of their names that test/zoo/logits.test.ts has too, so that the file holds results
alone. Layers are named as Keras names them, and are written here from the papers' tables; padding follows TensorFlow's
rule for 'same'. Heights are even and widths odd at some stages: both paddings are met.
"""
import json
import math

import numpy as np
import torch
import torch.nn.functional as F

HEIGHT, WIDTH, BATCH, CLASSES = 64, 75, 2, 10


def draw(name, shape):
    """Uniform numbers in [-0.5, 0.5): a hash of the name and the index."""
    seed = 2166136261
    for byte in name.encode():
        seed = ((seed ^ byte) * 16777619) % 2**32
    bits = (np.arange(math.prod(shape), dtype=np.uint64) * 0x9E3779B9 + seed).astype(np.uint32)
    bits ^= bits >> np.uint32(16)
    bits *= np.uint32(0x85EBCA6B)
    bits ^= bits >> np.uint32(13)
    bits *= np.uint32(0xC2B2AE35)
    bits ^= bits >> np.uint32(16)
    return torch.tensor(bits / 2**32 - 0.5, dtype=torch.float64).reshape(shape)


def kernel(name, shape, inputs):
    return draw(name, shape) * (2 * math.sqrt(6 / inputs))


def small(name, count):
    return draw(name, [count]) * 0.2


def positive(name, count):
    return 1 + draw(name, [count]) * 0.5


def same(x, window, stride, value=0.0):
    pads = []
    for size in (x.shape[3], x.shape[2]):
        total = max((math.ceil(size / stride) - 1) * stride + window - size, 0)
        pads += [total // 2, total - total // 2]
    return F.pad(x, pads, value=value)


def conv(x, name, filters, window=1, stride=1, bias=False, padding="same"):
    if padding == "same":
        x = same(x, window, stride)
    channels = x.shape[1]
    weight = kernel(f"{name}/kernel", [window, window, channels, filters], window * window * channels)
    return F.conv2d(x, weight.permute(3, 2, 0, 1), small(f"{name}/bias", filters) if bias else None, stride)


def depthwise(x, name, window, stride=1, padding="same", weight="kernel"):
    if padding == "same":
        x = same(x, window, stride)
    channels = x.shape[1]
    weight = kernel(f"{name}/{weight}", [window, window, channels, 1], window * window)
    return F.conv2d(x, weight.permute(2, 3, 0, 1), None, stride, groups=channels)


def separable(x, name, filters):
    channels = x.shape[1]
    x = depthwise(x, name, 3, weight="depthwise_kernel")
    weight = kernel(f"{name}/pointwise_kernel", [1, 1, channels, filters], channels)
    return F.conv2d(x, weight.permute(3, 2, 0, 1))


def norm(x, name, epsilon=1e-3):
    count = x.shape[1]
    mean, variance = small(f"{name}/moving_mean", count), positive(f"{name}/moving_variance", count)
    gamma, beta = positive(f"{name}/gamma", count), small(f"{name}/beta", count)
    return F.batch_norm(x, mean, variance, gamma, beta, False, 0, epsilon)


def logits(x, name="predictions"):
    x = x.mean((2, 3))
    return x @ kernel(f"{name}/kernel", [x.shape[1], CLASSES], x.shape[1]) + small(f"{name}/bias", CLASSES)


def mobilenet_v2(x):
    x = F.relu6(norm(conv(x, "Conv1", 32, 3, 2), "bn_Conv1"))
    block = 0
    table = [(1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1)]
    for expansion, filters, repeats, first_stride in table:
        for repeat in range(repeats):
            stride = first_stride if repeat == 0 else 1
            name = f"block_{block}" if block else "expanded_conv"
            y = x
            if block:
                y = F.relu6(norm(conv(y, f"{name}_expand", expansion * x.shape[1]), f"{name}_expand_BN"))
            y = F.relu6(norm(depthwise(y, f"{name}_depthwise", 3, stride), f"{name}_depthwise_BN"))
            y = norm(conv(y, f"{name}_project", filters), f"{name}_project_BN")
            x = x + y if y.shape == x.shape else y
            block += 1
    return logits(F.relu6(norm(conv(x, "Conv_1", 1280), "Conv_1_bn")))


def mobilenet(x):
    x = F.relu6(norm(conv(x, "conv1", 32, 3, 2), "conv1_bn"))
    table = [(64, 1), (128, 2), (128, 1), (256, 2), (256, 1), (512, 2)] + [(512, 1)] * 5 + [(1024, 2), (1024, 1)]
    for block, (filters, stride) in enumerate(table, 1):
        if stride == 2:
            # Keras pads below and to the right whatever the size.
            x = depthwise(F.pad(x, [0, 1, 0, 1]), f"conv_dw_{block}", 3, 2, "valid")
        else:
            x = depthwise(x, f"conv_dw_{block}", 3)
        x = F.relu6(norm(x, f"conv_dw_{block}_bn"))
        x = F.relu6(norm(conv(x, f"conv_pw_{block}", filters), f"conv_pw_{block}_bn"))
    return conv(x.mean((2, 3), keepdim=True), "conv_preds", CLASSES, bias=True).flatten(1)


def resnet50_v2(x):
    def active(x, name):
        return F.relu(norm(x, name, 1.001e-5))

    x = conv(F.pad(x, [3] * 4), "conv1_conv", 64, 7, 2, True, "valid")
    x = F.max_pool2d(F.pad(x, [1] * 4), 3, 2)
    for stage, (filters, blocks) in enumerate([(64, 3), (128, 4), (256, 6), (512, 3)], 2):
        for block in range(1, blocks + 1):
            name = f"conv{stage}_block{block}"
            stride = 2 if block == blocks and stage < 5 else 1
            before = active(x, f"{name}_preact_bn")
            shortcut = conv(before, f"{name}_0_conv", 4 * filters, bias=True) if block == 1 else x[:, :, ::stride, ::stride]
            y = active(conv(before, f"{name}_1_conv", filters), f"{name}_1_bn")
            y = active(conv(F.pad(y, [1] * 4), f"{name}_2_conv", filters, 3, stride, padding="valid"), f"{name}_2_bn")
            x = shortcut + conv(y, f"{name}_3_conv", 4 * filters, bias=True)
    return logits(active(x, "post_bn"))


def densenet121(x):
    def active(x, name):
        return F.relu(norm(x, name, 1.001e-5))

    x = active(conv(F.pad(x, [3] * 4), "conv1_conv", 64, 7, 2, padding="valid"), "conv1_bn")
    x = F.max_pool2d(F.pad(x, [1] * 4), 3, 2)
    for stage, layers in enumerate([6, 12, 24, 16], 2):
        for layer in range(1, layers + 1):
            name = f"conv{stage}_block{layer}"
            y = conv(active(x, f"{name}_0_bn"), f"{name}_1_conv", 128)
            x = torch.cat([x, conv(active(y, f"{name}_1_bn"), f"{name}_2_conv", 32, 3)], 1)
        if stage < 5:
            x = conv(active(x, f"pool{stage}_bn"), f"pool{stage}_conv", x.shape[1] // 2)
            x = F.avg_pool2d(x, 2)
    return logits(active(x, "bn"))


def efficientnet_b0(x):
    x = (x + 0.5) * 255 / 255
    mean, variance = small("normalization/mean", 3), positive("normalization/variance", 3)
    x = (x - mean[:, None, None]) / variance.sqrt()[:, None, None]
    x = F.silu(norm(conv(x, "stem_conv", 32, 3, 2), "stem_bn"))
    table = [
        (3, 1, 16, 1, 1), (3, 6, 24, 2, 2), (5, 6, 40, 2, 2), (3, 6, 80, 3, 2),
        (5, 6, 112, 3, 1), (5, 6, 192, 4, 2), (3, 6, 320, 1, 1),
    ]
    for stage, (window, expansion, filters, repeats, first_stride) in enumerate(table, 1):
        for repeat in range(repeats):
            name = f"block{stage}{'abcd'[repeat]}_"
            stride = first_stride if repeat == 0 else 1
            channels = x.shape[1]
            y = x
            if expansion > 1:
                y = F.silu(norm(conv(y, f"{name}expand_conv", expansion * channels), f"{name}expand_bn"))
            y = F.silu(norm(depthwise(y, f"{name}dwconv", window, stride), f"{name}bn"))
            scale = F.silu(conv(y.mean((2, 3), keepdim=True), f"{name}se_reduce", channels // 4, bias=True))
            y = y * torch.sigmoid(conv(scale, f"{name}se_expand", y.shape[1], bias=True))
            y = norm(conv(y, f"{name}project_conv", filters), f"{name}project_bn")
            x = x + y if y.shape == x.shape else y
    return logits(F.silu(norm(conv(x, "top_conv", 1280), "top_bn")))


def xception(x):
    def half(x, name, normName, filters):
        return norm(conv(x, name, filters, 1, 2), normName)

    x = F.relu(norm(conv(x, "block1_conv1", 32, 3, 2, padding="valid"), "block1_conv1_bn"))
    x = F.relu(norm(conv(x, "block1_conv2", 64, 3, padding="valid"), "block1_conv2_bn"))
    automatic = 0
    for block in range(2, 14):
        filters = {2: [128] * 2, 3: [256] * 2, 4: [728] * 2, 13: [728, 1024]}.get(block, [728] * 3)
        shortcut = x
        if block in (2, 3, 4, 13):
            suffix = f"_{automatic}" if automatic else ""
            shortcut = half(x, f"conv2d{suffix}", f"batch_normalization{suffix}", filters[-1])
            automatic += 1
        for index, each in enumerate(filters, 1):
            if block > 2 or index > 1:
                x = F.relu(x)
            x = norm(separable(x, f"block{block}_sepconv{index}", each), f"block{block}_sepconv{index}_bn")
        if block in (2, 3, 4, 13):
            x = F.max_pool2d(same(x, 3, 2, -math.inf), 3, 2)
        x = x + shortcut
    for index, filters in enumerate([1536, 2048], 1):
        x = F.relu(norm(separable(x, f"block14_sepconv{index}", filters), f"block14_sepconv{index}_bn"))
    return logits(x)


def depth(channels):
    rounded = max(8, int(channels + 4) // 8 * 8)
    return rounded + 8 if rounded < 0.9 * channels else rounded


def mobilenet_v3(x, table, last):
    x = (x + 0.5) * 255 / 127.5 - 1
    x = F.hardswish(norm(conv(x, "conv", 16, 3, 2), "conv_bn"))
    for block, (expansion, filters, window, stride, squeeze, activation) in enumerate(table):
        name = f"expanded_conv_{block}_" if block else "expanded_conv_"
        expanded = depth(x.shape[1] * expansion)
        y = x
        if block:
            y = activation(norm(conv(y, f"{name}expand", expanded), f"{name}expand_bn"))
        y = activation(norm(depthwise(y, f"{name}depthwise", window, stride), f"{name}depthwise_bn"))
        if squeeze:
            scale = y.mean((2, 3), keepdim=True)
            scale = F.relu(conv(scale, f"{name}squeeze_excite_conv", depth(expanded / 4), bias=True))
            y = y * F.hardsigmoid(conv(scale, f"{name}squeeze_excite_conv_1", expanded, bias=True))
        y = norm(conv(y, f"{name}project", filters), f"{name}project_bn")
        x = x + y if y.shape == x.shape else y
    x = F.hardswish(norm(conv(x, "conv_1", depth(6 * x.shape[1])), "conv_1_bn"))
    x = F.hardswish(conv(x.mean((2, 3), keepdim=True), "conv_2", last, bias=True))
    return conv(x, "logits", CLASSES, bias=True).flatten(1)


def mobilenet_v3_small(x):
    relu, swish = F.relu, F.hardswish
    table = [
        (1, 16, 3, 2, True, relu), (72 / 16, 24, 3, 2, False, relu), (88 / 24, 24, 3, 1, False, relu),
        (4, 40, 5, 2, True, swish), (6, 40, 5, 1, True, swish), (6, 40, 5, 1, True, swish),
        (3, 48, 5, 1, True, swish), (3, 48, 5, 1, True, swish), (6, 96, 5, 2, True, swish),
        (6, 96, 5, 1, True, swish), (6, 96, 5, 1, True, swish),
    ]
    return mobilenet_v3(x, table, 1024)


def mobilenet_v3_large(x):
    relu, swish = F.relu, F.hardswish
    table = [
        (1, 16, 3, 1, False, relu), (4, 24, 3, 2, False, relu), (3, 24, 3, 1, False, relu),
        (3, 40, 5, 2, True, relu), (3, 40, 5, 1, True, relu), (3, 40, 5, 1, True, relu),
        (6, 80, 3, 2, False, swish), (2.5, 80, 3, 1, False, swish), (2.3, 80, 3, 1, False, swish),
        (2.3, 80, 3, 1, False, swish), (6, 112, 3, 1, True, swish), (6, 112, 3, 1, True, swish),
        (6, 160, 5, 2, True, swish), (6, 160, 5, 1, True, swish), (6, 160, 5, 1, True, swish),
    ]
    return mobilenet_v3(x, table, 1280)


MODELS = [
    mobilenet, mobilenet_v2, mobilenet_v3_small, mobilenet_v3_large,
    densenet121, efficientnet_b0, resnet50_v2, xception,
]
images = draw("images", [BATCH, HEIGHT, WIDTH, 3]).permute(0, 3, 1, 2)
with torch.no_grad():
    results = {make.__name__: [round(value, 9) for value in make(images).flatten().tolist()] for make in MODELS}
source = f"scripts/golden-zoo.py, PyTorch {torch.__version__}"
print(json.dumps({"source": source, "shape": [BATCH, HEIGHT, WIDTH, 3], "classes": CLASSES, "logits": results}, indent=1))

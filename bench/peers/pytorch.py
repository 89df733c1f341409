"""PyTorch as a peer: reads {"prepare": workload} and {"measure": ms} in lines of JSON, answers {"ready"} and {"times"}.

usage: pytorch.py THREADS. Images are channels_last, the layout in which oneDNN is fastest.
"""
import itertools
import json
import sys
import time

import torch
import torch.nn as nn
import torch.nn.functional as F

torch.set_num_threads(int(sys.argv[1]))
torch.manual_seed(0)


def say(answer):
    print(json.dumps(answer), flush=True)


def channels_last(*shape):
    return torch.rand(*shape).contiguous(memory_format=torch.channels_last)


def relu_conv(inputs, outputs, window=3):
    return [nn.Conv2d(inputs, outputs, window, padding=window // 2), nn.ReLU()]


def relu_dense(inputs, outputs, dropout=None):
    return [nn.Linear(inputs, outputs), nn.ReLU(), *([] if dropout is None else [nn.Dropout(dropout)])]


def batch_norm(channels):
    return nn.BatchNorm2d(channels, eps=1e-3, momentum=0.01)


def lenet5():
    return nn.Sequential(
        *relu_conv(1, 6, 5), nn.AvgPool2d(2), *relu_conv(6, 16, 5), nn.AvgPool2d(2),
        nn.Flatten(), *relu_dense(784, 120), *relu_dense(120, 84), nn.Linear(84, 10),
    )


def alexnet8():
    return nn.Sequential(
        *relu_conv(3, 96), batch_norm(96), nn.MaxPool2d(3, 2), *relu_conv(96, 256), batch_norm(256), nn.MaxPool2d(3, 2),
        *relu_conv(256, 384), *relu_conv(384, 384), *relu_conv(384, 256), nn.MaxPool2d(3, 2),
        nn.Flatten(), *relu_dense(2304, 2048, 0.5), *relu_dense(2048, 2048, 0.5), nn.Linear(2048, 10),
    )


def cifar10_vgg16():
    return nn.Sequential(
        *relu_conv(3, 64), *relu_conv(64, 64), batch_norm(64), nn.MaxPool2d(2), nn.Dropout(0.4),
        *relu_conv(64, 128), *relu_conv(128, 128), batch_norm(128), nn.MaxPool2d(2), nn.Dropout(0.4),
        *relu_conv(128, 256), *relu_conv(256, 256), nn.MaxPool2d(2), batch_norm(256), nn.Dropout(0.5),
        nn.Flatten(), *relu_dense(4096, 256, 0.5), *relu_dense(256, 256, 0.5), nn.Linear(256, 10),
    )


class Bottleneck(nn.Module):
    """1×1, 3×3, 1×1 beside a shortcut, which is a 1×1 convolution where the shape changes."""

    def __init__(self, inputs, narrow, stride, changes):
        super().__init__()
        self.main = nn.Sequential(
            nn.Conv2d(inputs, narrow, 1, stride), batch_norm(narrow), nn.ReLU(),
            nn.Conv2d(narrow, narrow, 3, padding=1), batch_norm(narrow), nn.ReLU(),
            nn.Conv2d(narrow, 4 * narrow, 1), batch_norm(4 * narrow),
        )
        wide = nn.Sequential(nn.Conv2d(inputs, 4 * narrow, 1, stride), batch_norm(4 * narrow))
        self.shortcut = wide if changes else nn.Identity()

    def forward(self, x):
        return F.relu(self.main(x) + self.shortcut(x))


def resnet50_signs():
    layers, channels = [nn.ZeroPad2d(3), nn.Conv2d(3, 64, 7, 2), batch_norm(64), nn.ReLU(), nn.MaxPool2d(3, 2)], 64
    for narrow, stride, blocks in [(64, 1, 3), (128, 2, 4), (256, 2, 6), (512, 2, 3)]:
        for block in range(blocks):
            layers.append(Bottleneck(channels, narrow, stride if block == 0 else 1, block == 0))
            channels = 4 * narrow
    return nn.Sequential(*layers, nn.AvgPool2d(2), nn.Flatten(), nn.Linear(2048, 6))


MODELS = {"lenet5": lenet5, "alexnet8": alexnet8, "cifar10Vgg16": cifar10_vgg16, "resnet50Signs": resnet50_signs}


def train_step(work):
    model = MODELS[work["model"]]().to(memory_format=torch.channels_last)
    (height, width, channels), count = work["image"], work["batch"]
    # As many batches in turn as train-step.ts has.
    batches = itertools.cycle(
        [(channels_last(count, channels, height, width), torch.randint(0, work["classes"], (count,))) for _ in range(64)]
    )
    optimizer = torch.optim.Adam(model.parameters(), 1e-3, eps=1e-7)

    def step():
        x, y = next(batches)
        optimizer.zero_grad(set_to_none=True)
        F.cross_entropy(model(x), y).backward()
        optimizer.step()

    return step


def workload(work):
    kind = work["kind"]
    if kind == "matmul":
        a, b = torch.rand(work["m"], work["k"]), torch.rand(work["k"], work["n"])
        return lambda: a @ b
    if kind == "train":
        return train_step(work)
    x = channels_last(work["batch"], work["inChannels"], work["size"], work["size"])
    weight = channels_last(work["outChannels"], work["inChannels"], work["window"], work["window"])
    pad = work["window"] // 2
    if kind == "conv2d":
        return lambda: F.conv2d(x, weight, None, 1, pad)
    dy = channels_last(work["batch"], work["outChannels"], work["size"], work["size"])
    mask = [kind == "conv2d-input-gradient", kind == "conv2d-filter-gradient", False]
    return lambda: torch.ops.aten.convolution_backward(dy, x, weight, None, [1, 1], [pad, pad], [1, 1], False, [0, 0], 1, mask)


say({"version": torch.__version__})
run = None
for line in sys.stdin:
    question = json.loads(line)
    if "prepare" in question:
        run = workload(question["prepare"])
        for _ in range(3):
            run()
        say({"ready": True})
    else:
        times, end = [], time.perf_counter() + question["measure"] / 1e3
        while not times or time.perf_counter() < end:
            start = time.perf_counter()
            run()
            times.append((time.perf_counter() - start) * 1e3)
        say({"times": times})

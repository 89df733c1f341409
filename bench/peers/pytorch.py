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


def lenet5_step(batch):
    model = nn.Sequential(
        nn.Conv2d(1, 6, 5, padding=2), nn.ReLU(), nn.AvgPool2d(2), nn.Conv2d(6, 16, 5, padding=2), nn.ReLU(), nn.AvgPool2d(2),
        nn.Flatten(), nn.Linear(784, 120), nn.ReLU(), nn.Linear(120, 84), nn.ReLU(), nn.Linear(84, 10),
    ).to(memory_format=torch.channels_last)
    optimizer = torch.optim.Adam(model.parameters(), 1e-3, eps=1e-7)
    # As many batches in turn as lenet5-step.ts has.
    batches = itertools.cycle([(channels_last(batch, 1, 28, 28), torch.randint(0, 10, (batch,))) for _ in range(64)])

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
        return lenet5_step(work["batch"])
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

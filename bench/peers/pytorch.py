"""PyTorch as a peer, by the protocol of ../contestant.ts; also writes its models as ONNX files for other peers.

usage: pytorch.py THREADS. Images are channels_last, the layout in which oneDNN is fastest.
"""
import itertools
import json
import sys
import time

import torch
import torch.nn.functional as F

from pytorch_models import MODELS

torch.set_num_threads(int(sys.argv[1]))
torch.manual_seed(0)


def say(answer):
    print(json.dumps(answer), flush=True)


def channels_last(*shape):
    return torch.rand(*shape).contiguous(memory_format=torch.channels_last)


def images(work):
    height, width, channels = work["image"]
    return channels_last(work["batch"], channels, height, width)


def model_of(work):
    return MODELS[work["model"]](work["image"], work["classes"]).to(memory_format=torch.channels_last)


OPTIMIZERS = {
    "adam": lambda weights: torch.optim.Adam(weights, 1e-3, eps=1e-7),
    "sgd": lambda weights: torch.optim.SGD(weights, 0.01),
    "momentum": lambda weights: torch.optim.SGD(weights, 0.01, momentum=0.9),
}

# Of three outputs, as the article of GoogLeNet weights them.
LOSS_WEIGHTS = (0.3, 0.3, 1)


def train_step(work):
    model = model_of(work)
    batches = itertools.cycle(
        [(images(work), torch.randint(0, work["classes"], (work["batch"],))) for _ in range(work["batches"])]
    )
    optimizer = OPTIMIZERS[work["optimizer"]](model.parameters())

    def loss_of(outputs, y):
        if not isinstance(outputs, tuple):
            return F.cross_entropy(outputs, y)
        return sum(weight * F.cross_entropy(output, y) for weight, output in zip(LOSS_WEIGHTS, outputs))

    def step():
        x, y = next(batches)
        optimizer.zero_grad(set_to_none=True)
        loss = loss_of(model(x), y)
        loss.backward()
        optimizer.step()
        return loss.item()

    return step


def recurrent_step(work):
    lstm = torch.nn.LSTM(work["features"], work["units"], batch_first=True)
    optimizer = torch.optim.SGD(lstm.parameters(), 0.01)
    x = torch.randn(work["batch"], work["steps"], work["features"])
    y = torch.rand(work["batch"], work["units"])

    def step():
        optimizer.zero_grad(set_to_none=True)
        loss = F.mse_loss(lstm(x)[0][:, -1], y)
        loss.backward()
        optimizer.step()
        return loss.item()

    return step


def prediction(work):
    model, x = model_of(work).eval(), images(work)

    def predict():
        with torch.inference_mode():
            return model(x)

    return predict


def export(work, path):
    """Training would add outputs; batch norm is folded into convolutions, as exporters do by default."""
    torch.onnx.export(model_of(work).eval(), images(work), path, input_names=["x"], output_names=["y"], opset_version=13)


def workload(work):
    kind = work["kind"]
    if kind == "matmul":
        a, b = torch.rand(work["m"], work["k"]), torch.rand(work["k"], work["n"])
        return lambda: a @ b
    if kind == "train":
        return train_step(work)
    if kind == "lstm-train":
        return recurrent_step(work)
    if kind == "predict":
        return prediction(work)
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
        run()
        say({"ready": True})
    elif "export" in question:
        export(question["export"], question["path"])
        say({"ready": True})
    else:
        times, end = [], time.perf_counter() + question["measure"] / 1e3
        while not times or time.perf_counter() < end:
            start = time.perf_counter()
            run()
            times.append((time.perf_counter() - start) * 1e3)
        say({"times": times})

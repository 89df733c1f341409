"""One training step of a narrow GoogLeNet in PyTorch, float64: losses, gradients, and the losses after the step.

    python3 scripts/golden-googlenet.py > test/fixtures/googlenet-step.json

Weights, images and labels come from a small generator that test/models/googlenet-step.test.ts has too, so that the file
holds results alone. Layers are named as Keras names them. Dropout is off: its masks differ between libraries.
"""
import base64
import json
import math

import torch
import torch.nn.functional as F

WIDTH, SIZE, BATCH, CLASSES = 1 / 16, 80, 2, 10
LOSS_WEIGHTS, LEARNING_RATE = (1, 0.3, 0.3), 0.1

state = 2014
counters = {}
weights = {}


def draw(count):
    """Uniform numbers in [-0.5, 0.5): a linear congruential generator, exact in any language."""
    global state
    values = []
    for _ in range(count):
        state = (1664525 * state + 1013904223) % 2**32
        values.append(state / 2**32 - 0.5)
    return torch.tensor(values, dtype=torch.float64)


def automatic(kind):
    count = counters.get(kind, 0)
    counters[kind] = count + 1
    return f"{kind}_{count}" if count else kind


def parameters(name, shape):
    """A kernel, uniform within ±sqrt(6 / inputs), and a bias within ±0.1; made in the order of the calls."""
    inputs = math.prod(shape[:-1])
    kernel = (draw(math.prod(shape)) * (2 * math.sqrt(6 / inputs))).reshape(shape)
    bias = draw(shape[-1]) * 0.2
    for each in (kernel, bias):
        each.requires_grad_(True)
    weights[name] = (kernel, bias)
    return kernel, bias


def same_padding(x, window, stride, value):
    """What TensorFlow's 'same' adds: the odd pixel at the end."""
    sides = []
    for size in (x.shape[3], x.shape[2]):
        total = max((math.ceil(size / stride) - 1) * stride + window - size, 0)
        sides += [total // 2, total - total // 2]
    return F.pad(x, sides, value=value)


def width(channels):
    return math.ceil(channels * WIDTH)


class Network:
    """Layers are called in the order of the article; the first pass makes their weights, later ones find them."""

    def __init__(self):
        counters.clear()

    def conv(self, x, channels, window, stride=1, name=None):
        name = name or automatic("conv2d")
        kernel, bias = weights.get(name) or parameters(name, [window, window, x.shape[1], width(channels)])
        x = same_padding(x, window, stride, 0.0)
        return F.relu(F.conv2d(x, kernel.permute(3, 2, 0, 1), bias, stride))

    def dense(self, x, units, name=None):
        name = name or automatic("dense")
        kernel, bias = weights.get(name) or parameters(name, [x.shape[1], units])
        return x @ kernel + bias

    def pool(self, x, stride):
        return F.max_pool2d(same_padding(x, 3, stride, -math.inf), 3, stride)

    def inception(self, x, one, three_reduce, three, five_reduce, five, projection):
        return torch.cat(
            [
                self.conv(x, one, 1),
                self.conv(self.conv(x, three_reduce, 1), three, 3),
                self.conv(self.conv(x, five_reduce, 1), five, 5),
                self.conv(self.pool(x, 1), projection, 1),
            ],
            1,
        )

    def auxiliary(self, x, name):
        x = self.conv(F.avg_pool2d(x, 5, 3), 128, 1)
        x = x.permute(0, 2, 3, 1).flatten(1)
        return self.dense(F.relu(self.dense(x, width(1024))), CLASSES, name)

    def __call__(self, x):
        x = self.pool(self.conv(x, 64, 7, 2, "conv_1_7x7/2"), 2)
        x = self.conv(x, 64, 1, name="conv_2a_3x3/1")
        x = self.pool(self.conv(x, 192, 3, name="conv_2b_3x3/1"), 2)
        x = self.inception(x, 64, 96, 128, 16, 32, 32)
        x = self.pool(self.inception(x, 128, 128, 192, 32, 96, 64), 2)
        x = self.inception(x, 192, 96, 208, 16, 48, 64)
        first = self.auxiliary(x, "auxilliary_output_1")
        x = self.inception(x, 160, 112, 224, 24, 64, 64)
        x = self.inception(x, 128, 128, 256, 24, 64, 64)
        x = self.inception(x, 112, 144, 288, 32, 64, 64)
        second = self.auxiliary(x, "auxilliary_output_2")
        x = self.pool(self.inception(x, 256, 160, 320, 32, 128, 128), 2)
        x = self.inception(x, 256, 160, 320, 32, 128, 128)
        x = self.inception(x, 384, 192, 384, 48, 128, 128)
        return self.dense(x.mean((2, 3)), CLASSES, "output"), first, second


def losses_of(images, labels):
    return [F.cross_entropy(logits, labels) for logits in Network()(images)]


def encode(tensor):
    """Rounded to float32: 6e-8 of each value, and half the size."""
    return base64.b64encode(tensor.detach().to(torch.float32).contiguous().numpy().tobytes()).decode()


images = (draw(BATCH * SIZE * SIZE * 3) + 0.5).reshape(BATCH, SIZE, SIZE, 3).permute(0, 3, 1, 2)
labels = torch.tensor([3, 7])
losses = losses_of(images, labels)
total = sum(weight * loss for weight, loss in zip(LOSS_WEIGHTS, losses))
total.backward()
layers = [
    {"name": name, "kernel": list(kernel.shape), "gradients": [encode(kernel.grad), encode(bias.grad)]}
    for name, (kernel, bias) in weights.items()
]
with torch.no_grad():
    for pair in weights.values():
        for weight in pair:
            weight -= LEARNING_RATE * weight.grad
    after = losses_of(images, labels)

print(
    json.dumps(
        {
            "source": f"scripts/golden-googlenet.py, PyTorch {torch.__version__}",
            "size": SIZE,
            "labels": labels.tolist(),
            "lossWeights": LOSS_WEIGHTS,
            "learningRate": LEARNING_RATE,
            "total": total.item(),
            "losses": [loss.item() for loss in losses],
            "lossesAfter": [loss.item() for loss in after],
            "layers": layers,
        },
        indent=1,
    )
)

"""The models of nabla's zoo in PyTorch: same layers, sizes and padding, without the final softmax."""
import torch
import torch.nn as nn
import torch.nn.functional as F


def relu_conv(inputs, outputs, window=3):
    return [nn.Conv2d(inputs, outputs, window, padding=window // 2), nn.ReLU()]


def relu_dense(inputs, outputs, dropout=None):
    return [nn.Linear(inputs, outputs), nn.ReLU(), *([] if dropout is None else [nn.Dropout(dropout)])]


def batch_norm(channels):
    return nn.BatchNorm2d(channels, eps=1e-3, momentum=0.01)


def lenet5(image, classes):
    return nn.Sequential(
        *relu_conv(1, 6, 5), nn.AvgPool2d(2), *relu_conv(6, 16, 5), nn.AvgPool2d(2),
        nn.Flatten(), *relu_dense(784, 120), *relu_dense(120, 84), nn.Linear(84, classes),
    )


def alexnet8(image, classes):
    return nn.Sequential(
        *relu_conv(3, 96), batch_norm(96), nn.MaxPool2d(3, 2), *relu_conv(96, 256), batch_norm(256), nn.MaxPool2d(3, 2),
        *relu_conv(256, 384), *relu_conv(384, 384), *relu_conv(384, 256), nn.MaxPool2d(3, 2),
        nn.Flatten(), *relu_dense(2304, 2048, 0.5), *relu_dense(2048, 2048, 0.5), nn.Linear(2048, classes),
    )


def cifar10_vgg16(image, classes):
    return nn.Sequential(
        *relu_conv(3, 64), *relu_conv(64, 64), batch_norm(64), nn.MaxPool2d(2), nn.Dropout(0.4),
        *relu_conv(64, 128), *relu_conv(128, 128), batch_norm(128), nn.MaxPool2d(2), nn.Dropout(0.4),
        *relu_conv(128, 256), *relu_conv(256, 256), nn.MaxPool2d(2), batch_norm(256), nn.Dropout(0.5),
        nn.Flatten(), *relu_dense(4096, 256, 0.5), *relu_dense(256, 256, 0.5), nn.Linear(256, classes),
    )


def vgg16(image, classes):
    layers, channels = [], image[2]
    for filters, count in [(64, 2), (128, 2), (256, 3), (512, 3), (512, 3)]:
        for _ in range(count):
            layers += relu_conv(channels, filters)
            channels = filters
        layers.append(nn.MaxPool2d(2))
    pixels = (image[0] // 32) * (image[1] // 32)
    return nn.Sequential(
        *layers, nn.Flatten(), *relu_dense(512 * pixels, 4096), *relu_dense(4096, 4096), nn.Linear(4096, classes)
    )


class Bottleneck(nn.Module):
    """1×1, 3×3, 1×1 beside a shortcut, which is a 1×1 convolution where the shape changes."""

    def __init__(self, inputs, narrow, outputs, stride, changes):
        super().__init__()
        self.main = nn.Sequential(
            nn.Conv2d(inputs, narrow, 1, stride), batch_norm(narrow), nn.ReLU(),
            nn.Conv2d(narrow, narrow, 3, padding=1), batch_norm(narrow), nn.ReLU(),
            nn.Conv2d(narrow, outputs, 1), batch_norm(outputs),
        )
        wide = nn.Sequential(nn.Conv2d(inputs, outputs, 1, stride), batch_norm(outputs))
        self.shortcut = wide if changes else nn.Identity()

    def forward(self, x):
        return F.relu(self.main(x) + self.shortcut(x))


def residual_stages(channels, stages):
    layers = []
    for narrow, outputs, stride, blocks in stages:
        for block in range(blocks):
            layers.append(Bottleneck(channels, narrow, outputs, stride if block == 0 else 1, block == 0))
            channels = outputs
    return layers


RESNET50 = [(64, 256, 1, 3), (128, 512, 2, 4), (256, 1024, 2, 6), (512, 2048, 2, 3)]


def resnet50_signs(image, classes):
    return nn.Sequential(
        nn.Conv2d(3, 64, 7, 2, 3), batch_norm(64), nn.ReLU(), nn.MaxPool2d(3, 2),
        *residual_stages(64, RESNET50), nn.AvgPool2d(2), nn.Flatten(), nn.Linear(2048, classes),
    )


def resnet50(image, classes):
    return nn.Sequential(
        nn.Conv2d(3, 64, 7, 2, 3), batch_norm(64), nn.ReLU(), nn.MaxPool2d(3, 2, 1),
        *residual_stages(64, RESNET50), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(2048, classes),
    )


def custom_resnet50(image, classes):
    stages = [(32, 64, 2, 3), (64, 256, 1, 3), *RESNET50[1:]]
    return nn.Sequential(nn.ZeroPad2d(2), *residual_stages(3, stages), nn.Flatten(), nn.Linear(18432, classes))


class Same(nn.Module):
    """The padding in front of a window with strides that 'same' stands for in Keras."""

    def __init__(self, window, stride, value=0.0):
        super().__init__()
        self.window, self.stride, self.value = window, stride, value

    def forward(self, x):
        pads = []
        for size in (int(x.shape[3]), int(x.shape[2])):
            total = max((-(-size // self.stride) - 1) * self.stride + self.window - size, 0)
            pads += [total // 2, total - total // 2]
        return F.pad(x, pads, value=self.value)


def halving_pool():
    # The maximum of what follows a relu: zeros change nothing.
    return [Same(3, 2), nn.MaxPool2d(3, 2)]


class Inception(nn.Module):
    def __init__(self, inputs, one, reduce3, three, reduce5, five, projection):
        super().__init__()
        self.branches = nn.ModuleList([
            nn.Sequential(*relu_conv(inputs, one, 1)),
            nn.Sequential(*relu_conv(inputs, reduce3, 1), *relu_conv(reduce3, three)),
            nn.Sequential(*relu_conv(inputs, reduce5, 1), *relu_conv(reduce5, five, 5)),
            nn.Sequential(nn.MaxPool2d(3, 1, 1), *relu_conv(inputs, projection, 1)),
        ])

    def forward(self, x):
        return torch.cat([branch(x) for branch in self.branches], 1)


class GoogLeNet(nn.Module):
    """Training gives three outputs, as the article's: of the two auxiliary classifiers, and of the network."""

    def __init__(self, image, classes):
        super().__init__()
        auxiliary = lambda inputs: nn.Sequential(
            nn.AvgPool2d(5, 3), *relu_conv(inputs, 128, 1), nn.Flatten(),
            *relu_dense(2048, 1024, 0.7), nn.Linear(1024, classes),
        )
        self.until_4a = nn.Sequential(
            Same(7, 2), nn.Conv2d(3, 64, 7, 2), nn.ReLU(), *halving_pool(),
            *relu_conv(64, 64, 1), *relu_conv(64, 192), *halving_pool(),
            Inception(192, 64, 96, 128, 16, 32, 32), Inception(256, 128, 128, 192, 32, 96, 64), *halving_pool(),
            Inception(480, 192, 96, 208, 16, 48, 64),
        )
        self.until_4d = nn.Sequential(
            Inception(512, 160, 112, 224, 24, 64, 64), Inception(512, 128, 128, 256, 24, 64, 64),
            Inception(512, 112, 144, 288, 32, 64, 64),
        )
        self.end = nn.Sequential(
            Inception(528, 256, 160, 320, 32, 128, 128), *halving_pool(),
            Inception(832, 256, 160, 320, 32, 128, 128), Inception(832, 384, 192, 384, 48, 128, 128),
            nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Dropout(0.4), nn.Linear(1024, classes),
        )
        self.auxiliary = nn.ModuleList([auxiliary(512), auxiliary(528)])

    def forward(self, x):
        x = self.until_4a(x)
        y = self.until_4d(x)
        if not self.training:
            return self.end(y)
        return self.auxiliary[0](x), self.auxiliary[1](y), self.end(y)


MODELS = {
    "lenet5": lenet5, "alexnet8": alexnet8, "cifar10Vgg16": cifar10_vgg16, "vgg16": vgg16,
    "customResnet50": custom_resnet50, "resnet50Signs": resnet50_signs, "resnet50": resnet50, "googlenet": GoogLeNet,
}

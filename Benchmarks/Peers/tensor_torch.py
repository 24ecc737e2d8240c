"""PyTorch's side of the benchmark topic `tensor`: the rows of tensor-benchmark, as a careful user
of PyTorch would write them.

Inference runs without autograd's bookkeeping, optimisers are the fused ones, and where two ways of
laying memory out are usual the faster one is taken, for each number of threads.
"""
import statistics
import sys
import time

import torch
import torch.nn as nn
import torch.nn.functional as F


class LeNet5(nn.Sequential):
    def __init__(self):
        super().__init__(
            nn.Conv2d(1, 6, 5, padding=2), nn.ReLU(inplace=True), nn.MaxPool2d(2),
            nn.Conv2d(6, 16, 5), nn.ReLU(inplace=True), nn.MaxPool2d(2), nn.Flatten(),
            nn.Linear(400, 120), nn.ReLU(inplace=True), nn.Linear(120, 84),
            nn.ReLU(inplace=True), nn.Linear(84, 10))


class Block(nn.Module):
    """Two 3 x 3 convolutions, past which a 1 x 1 one goes where sizes change."""

    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False)
        self.norm1 = nn.BatchNorm2d(outputs)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False)
        self.norm2 = nn.BatchNorm2d(outputs)
        self.past = None if inputs == outputs else nn.Sequential(
            nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs))

    def forward(self, x):
        y = F.relu(self.norm1(self.conv1(x)), inplace=True)
        y = self.norm2(self.conv2(y))
        return F.relu(y + (x if self.past is None else self.past(x)), inplace=True)


class ResNet20(nn.Sequential):
    def __init__(self):
        layers = [nn.Conv2d(3, 16, 3, 1, 1, bias=False), nn.BatchNorm2d(16), nn.ReLU(inplace=True)]
        inputs = 16
        for outputs in (16, 32, 64):
            for _ in range(3):
                layers.append(Block(inputs, outputs, 1 if inputs == outputs else 2))
                inputs = outputs
        super().__init__(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(64, 10))


class DecoderBlock(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.heads = heads
        self.norm1, self.norm2 = nn.RMSNorm(width, eps=1e-6), nn.RMSNorm(width, eps=1e-6)
        self.qkv = nn.Linear(width, 3 * width, bias=False)
        self.output = nn.Linear(width, width, bias=False)
        self.up = nn.Linear(width, 4 * width, bias=False)
        self.down = nn.Linear(4 * width, width, bias=False)

    def forward(self, x, cos, sin):
        n, steps, width = x.shape
        q, k, v = self.qkv(self.norm1(x)).view(n, steps, 3, self.heads, -1).permute(2, 0, 3, 1, 4)
        q, k = rotated(q, cos, sin), rotated(k, cos, sin)
        y = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        x = x + self.output(y.transpose(1, 2).reshape(n, steps, width))
        return x + self.down(F.gelu(self.up(self.norm2(x))))


def rotated(x, cos, sin):
    a, b = x.chunk(2, -1)
    return torch.cat((a * cos - b * sin, a * sin + b * cos), -1)


class Decoder(nn.Module):
    def __init__(self, vocabulary=4096, width=256, layers=4, heads=8, positions=256):
        super().__init__()
        self.embedding = nn.Embedding(vocabulary, width)
        self.blocks = nn.ModuleList(DecoderBlock(width, heads) for _ in range(layers))
        self.norm = nn.RMSNorm(width, eps=1e-6)
        self.head = nn.Linear(width, vocabulary, bias=False)
        half = width // heads // 2
        angles = torch.arange(positions)[:, None] * 10000.0 ** (-torch.arange(half) / half)
        self.register_buffer("cos", angles.cos())
        self.register_buffer("sin", angles.sin())
        for weight in self.parameters():
            if weight.dim() == 2:
                nn.init.normal_(weight, std=0.02)

    def forward(self, tokens):
        x = self.embedding(tokens)
        cos, sin = self.cos[: tokens.shape[1]], self.sin[: tokens.shape[1]]
        for block in self.blocks:
            x = block(x, cos, sin)
        return self.head(self.norm(x))


# MARK: What is timed: each entry makes the usual ways of one call.

torch.manual_seed(1)
labels = lambda n, classes=10: torch.randint(classes, (n,))


def training(model, x, y, optimizer=None):
    optimizer = optimizer or torch.optim.SGD(model.parameters(), lr=0.01, momentum=0.9, fused=True)

    def step():
        optimizer.zero_grad()
        F.cross_entropy(model(x), y).backward()
        optimizer.step()
    return step


def images_training(make, x, y):
    last = torch.channels_last
    return [training(make(), x, y),
            training(make().to(memory_format=last), x.contiguous(memory_format=last), y)]


def without_gradient(function):
    def call():
        with torch.inference_mode():
            function()
    return call


def images_inference(model, x):
    last = torch.channels_last
    other = LeNet5().to(memory_format=last).eval()
    y = x.contiguous(memory_format=last)
    model.eval()
    return [without_gradient(lambda: model(x)), without_gradient(lambda: other(y))]


def lenet_step():
    return images_training(LeNet5, torch.randn(64, 1, 28, 28), labels(64))


def decoder_step():
    model = Decoder()
    tokens, following = torch.randint(4096, (8, 256)), torch.randint(4096, (8 * 256,))
    optimizer = torch.optim.AdamW(model.parameters(), lr=3e-4, fused=True)

    def step():
        optimizer.zero_grad()
        F.cross_entropy(model(tokens).view(-1, 4096), following).backward()
        optimizer.step()
    return [step]


def adamw():
    model = Decoder()
    for parameter in model.parameters():
        parameter.grad = torch.randn_like(parameter) * 1e-3
    optimizer = torch.optim.AdamW(model.parameters(), lr=3e-4, fused=True)
    return [optimizer.step]


def product(*shapes):
    a, b = (torch.randn(*shape) for shape in shapes)
    if len(shapes[0]) == 2 and shapes[0][0] < 16:  # a layer keeps its weight the other way round
        w = b.T.contiguous()
        return [lambda: a @ b, lambda: F.linear(a, w)]
    return [lambda: a @ b]


def convolution(batch, channels, size):
    x, w = torch.randn(batch, channels, size, size), torch.randn(channels, channels, 3, 3)
    last = torch.channels_last
    y, v = x.contiguous(memory_format=last), w.contiguous(memory_format=last)
    return [lambda: F.conv2d(x, w, padding=1), lambda: F.conv2d(y, v, padding=1)]


def unary(function, *shape):
    x = torch.randn(*(shape or (1000, 1000)))
    return [lambda: function(x)]


def add(*shape):
    a, b = torch.randn(*shape), torch.randn(*shape)
    return [lambda: a + b]


def chain(gradient):
    x = torch.tensor(1.0, requires_grad=gradient)

    def call():
        y = x
        for _ in range(50):
            y = y * 1.0001 + x
        if gradient:
            torch.autograd.grad(y, x)
    return [call if gradient else without_gradient(call)]


learning = {
    "lenet-step": lenet_step,
    "mlp-step": lambda: [training(nn.Sequential(
        nn.Linear(784, 256), nn.ReLU(inplace=True), nn.Linear(256, 10)), torch.randn(64, 784),
        labels(64))],
    "decoder-step": decoder_step,
    "resnet-step": lambda: images_training(ResNet20, torch.randn(32, 3, 32, 32), labels(32)),
    "chain-gradient": lambda: chain(True),
    "adamw": adamw,
}
using = {
    "lenet-inference-1": lambda: images_inference(LeNet5(), torch.randn(1, 1, 28, 28)),
    "lenet-inference-256": lambda: images_inference(LeNet5(), torch.randn(256, 1, 28, 28)),
    "sgemm-512": lambda: product((512, 512), (512, 512)),
    "sgemm-1024": lambda: product((1024, 1024), (1024, 1024)),
    "sgemm-2048": lambda: product((2048, 2048), (2048, 2048)),
    "gemv-2048": lambda: product((2048, 2048), (2048,)),
    "gemv-8192": lambda: product((8192, 8192), (8192,)),
    "skinny-8": lambda: product((8, 2048), (2048, 2048)),
    "conv-16x32": lambda: convolution(32, 16, 32),
    "conv-32x16": lambda: convolution(32, 32, 16),
    "conv-64x8": lambda: convolution(32, 64, 8),
    "conv-64x56": lambda: convolution(1, 64, 56),
    "add": lambda: add(1000, 1000),
    "add-2x2": lambda: add(2, 2),
    "relu": lambda: unary(torch.relu),
    "exp": lambda: unary(torch.exp),
    "gelu": lambda: unary(F.gelu),
    "tanh": lambda: unary(torch.tanh),
    "sum": lambda: unary(torch.sum),
    "softmax": lambda: unary(lambda x: torch.softmax(x, 1)),
    "chain": lambda: chain(False),
}


# MARK: The clock, as on our side: batches of about a millisecond, and their median.


def calls_in_a_millisecond(body):
    body()
    calls = 1
    while True:
        # The best of three: one that was interrupted says little.
        seconds = min(timed(body, calls) for _ in range(3))
        if seconds > 2e-4:
            return max(1, int(calls * 1e-3 / seconds))
        calls *= 4


def timed(body, calls):
    start = time.perf_counter()
    for _ in range(calls):
        body()
    return time.perf_counter() - start


def median(body, batch, seconds):
    for _ in range(batch):
        body()
    times, begin = [], time.perf_counter()
    while True:
        times.append(timed(body, batch) / batch)
        if time.perf_counter() - begin >= seconds:
            return statistics.median(times)


class Torch:
    """Times rows in this process."""

    name = "PyTorch " + torch.__version__.split("+")[0]

    def __init__(self):
        self.ways, self.chosen = {}, {}

    def seconds(self, row, threads, milliseconds):
        torch.set_num_threads(threads)
        with torch.inference_mode(row in using):
            if row not in self.ways:
                self.ways[row] = (using.get(row) or learning[row])()
            if (row, threads) not in self.chosen:
                ways = [(way, calls_in_a_millisecond(way)) for way in self.ways[row]]
                if len(ways) > 1:
                    ways.sort(key=lambda way: median(*way, 0.02))
                self.chosen[row, threads] = ways[0]
            return median(*self.chosen[row, threads], milliseconds / 1000)


def main(mode, steps=1):
    """`first-step` and `memory`, as tensor-benchmark has them."""
    if mode == "memory":
        torch.set_num_threads(1)
    step = lenet_step()[0]
    for _ in range(int(steps)):
        step()
    if mode == "memory":
        with open("/proc/self/status") as status:
            print(next(line.split()[1] for line in status if line.startswith("VmHWM:")))
    else:
        print("done")
    sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])

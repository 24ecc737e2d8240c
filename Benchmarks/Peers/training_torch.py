"""PyTorch's side of the benchmark topic `training`: the models of training-benchmark, as a careful
user of PyTorch would write them.

The optimiser is the fused one. Rounding with a straight gradient is written the way its authors
publish it and as one function that autograd keeps nothing of, and the faster is taken, for each
number of threads.
"""
import sys
import time

import torch
import torch.nn as nn
import torch.nn.functional as F


def rounded_weight(w):
    scale = 1 / w.abs().mean().clamp(min=1e-5)
    return (w * scale).round().clamp(-1, 1) / scale


def rounded_input(x):
    scale = 127 / x.abs().amax(-1, keepdim=True).clamp(min=1e-5)
    return (x * scale).round().clamp(-128, 127) / scale


class Straight(torch.autograd.Function):
    """A rounding that autograd takes for the identity."""

    @staticmethod
    def forward(ctx, x, rounded):
        return rounded(x)

    @staticmethod
    def backward(ctx, g):
        return g, None


STRAIGHT = {
    "detached": lambda x, rounded: x + (rounded(x) - x).detach(),
    "function": Straight.apply,
}


class Matrix(nn.Linear):
    def __init__(self, inputs, outputs):
        super().__init__(inputs, outputs, bias=False)

    def forward(self, x, straight):
        return F.linear(x, straight(self.weight, rounded_weight) if straight else self.weight)


def rotated(x, cos, sin):
    a, b = x.chunk(2, -1)
    return torch.cat((a * cos - b * sin, a * sin + b * cos), -1)


class Layer(nn.Module):
    def __init__(self, width, heads, key_heads, feed_forward):
        super().__init__()
        self.heads, self.key_heads = heads, key_heads
        shared = width // heads * key_heads
        norm = lambda size: nn.RMSNorm(size, eps=1e-5)
        self.attention_norm, self.feed_forward_norm = norm(width), norm(width)
        self.attention_sub_norm, self.feed_forward_sub_norm = norm(width), norm(feed_forward)
        self.query, self.key, self.value = (
            Matrix(width, width), Matrix(width, shared), Matrix(width, shared))
        self.output = Matrix(width, width)
        self.gate, self.up = Matrix(width, feed_forward), Matrix(width, feed_forward)
        self.down = Matrix(feed_forward, width)

    def forward(self, x, cos, sin, straight):
        n, steps, width = x.shape
        read = (lambda y: straight(y, rounded_input)) if straight else lambda y: y
        y = read(self.attention_norm(x))
        split = lambda z, heads: z.view(n, steps, heads, -1).transpose(1, 2)
        q = rotated(split(self.query(y, straight), self.heads), cos, sin)
        k = rotated(split(self.key(y, straight), self.key_heads), cos, sin)
        v = split(self.value(y, straight), self.key_heads)
        y = F.scaled_dot_product_attention(q, k, v, is_causal=True, enable_gqa=True)
        y = self.attention_sub_norm(y.transpose(1, 2).reshape(n, steps, width))
        x = x + self.output(read(y), straight)
        y = read(self.feed_forward_norm(x))
        y = F.relu(self.gate(y, straight)).square() * self.up(y, straight)
        return x + self.down(read(self.feed_forward_sub_norm(y)), straight)


class Decoder(nn.Module):
    """The embedding is the head too."""

    def __init__(self, vocabulary, straight, width=256, layers=4, heads=8, key_heads=4,
                 feed_forward=768, positions=256):
        super().__init__()
        self.straight = straight
        self.embedding = nn.Embedding(vocabulary, width)
        self.layers = nn.ModuleList(
            Layer(width, heads, key_heads, feed_forward) for _ in range(layers))
        self.norm = nn.RMSNorm(width, eps=1e-5)
        half = width // heads // 2
        angles = torch.arange(positions)[:, None] * 10000.0 ** (-torch.arange(half) / half)
        self.register_buffer("cos", angles.cos())
        self.register_buffer("sin", angles.sin())
        for weight in self.parameters():
            if weight.dim() == 2:
                nn.init.normal_(weight, std=0.02)

    def forward(self, tokens):
        x = self.embedding(tokens)
        for layer in self.layers:
            x = layer(x, self.cos, self.sin, self.straight)
        return F.linear(self.norm(x), self.embedding.weight)


def training(row, straight):
    """A step on 16 sequences of 256 tokens."""
    kind, vocabulary = row.split("-")
    vocabulary = int(vocabulary)
    torch.manual_seed(1)
    model = Decoder(vocabulary, straight)
    plain = lambda name: "norm" in name or "embedding" in name
    optimizer = torch.optim.AdamW([
        {"params": [p for n, p in model.named_parameters() if plain(n)], "weight_decay": 0.0},
        {"params": [p for n, p in model.named_parameters() if not plain(n)],
         "weight_decay": 0.1}], lr=1e-3, betas=(0.9, 0.95), fused=True)
    tokens = torch.randint(vocabulary, (16, 257))
    inputs, targets = tokens[:, :-1].contiguous(), tokens[:, 1:].reshape(-1)

    def step():
        optimizer.zero_grad()
        F.cross_entropy(model(inputs).view(-1, vocabulary), targets).backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
    return step


def ways(row):
    return STRAIGHT.values() if row.startswith("ternary") else [None]


def timed(step):
    start = time.perf_counter()
    step()
    return time.perf_counter() - start


class Torch:
    """Times steps in this process."""

    name = "PyTorch " + torch.__version__.split("+")[0]

    def __init__(self):
        self.chosen = {}

    def seconds(self, row, threads):
        torch.set_num_threads(threads)
        if (row, threads) not in self.chosen:
            steps = [training(row, straight) for straight in ways(row)]
            for step in steps:
                step()
            self.chosen[row, threads] = min(
                steps, key=lambda step: min(timed(step) for _ in range(2)))
        return timed(self.chosen[row, threads])


def main(mode, row, steps):
    """`memory`, as training-benchmark has it; the way that needs less memory."""
    assert mode == "memory"
    torch.set_num_threads(1)
    step = training(row, list(ways(row))[-1])
    for _ in range(int(steps)):
        step()
    with open("/proc/self/status") as status:
        print(next(line.split()[1] for line in status if line.startswith("VmHWM:")))


if __name__ == "__main__":
    main(*sys.argv[1:])

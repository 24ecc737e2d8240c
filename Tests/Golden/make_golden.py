#!/usr/bin/env python3
"""Golden values of the tensor's operations and of ErgonNN, made with PyTorch 2.15.

    pip install torch==2.15.0 safetensors==0.8.0
    python3 Tests/Golden/make_golden.py

Writes Tests/Golden/tensor.safetensors and Tests/Golden/nn.safetensors. Everything is computed in
double precision from inputs that single precision holds exactly, in Ergon's layouts: images NHWC,
convolution weights [KH, KW, in / groups, out], linear weights [in, out]. A case has inputs
`name/in.x`, constants `name/of.x`, the result `name/y` and the gradients `name/d.x` of
sum(y * r) with r[i] = ((7 i) mod 11 - 5) / 8.
"""
import pathlib

import torch
import torch.nn.functional as F
from safetensors.torch import save_file

torch.set_num_threads(1)
torch.manual_seed(20261125)
here = pathlib.Path(__file__).resolve().parent
store = {}


def put(name, value):
    assert name not in store, name
    value = value.detach()
    if value.dtype == torch.int64:
        value = value.to(torch.int32)
    store[name] = value.contiguous().clone()


def normal(*shape):
    """Numbers that single precision holds, with few digits so that no tie decides a maximum."""
    return (torch.randn(*shape, dtype=torch.float64) * 4096).round() / 4096


def positive(*shape):
    return normal(*shape).abs() + 0.125


def within(*shape, limit=0.9):
    return ((torch.rand(*shape, dtype=torch.float64) * 2 - 1) * limit * 4096).round() / 4096


def weights(y):
    i = torch.arange(y.numel())
    return (((7 * i) % 11 - 5).double() / 8).reshape(y.shape)


def case(name, inputs, function, **constants):
    leaves = {k: v.clone().requires_grad_() for k, v in inputs.items()}
    y = function(*leaves.values(), *constants.values())
    for k, v in inputs.items():
        put(f"{name}/in.{k}", v.float())
    for k, v in constants.items():
        put(f"{name}/of.{k}", v)
    put(f"{name}/y", y)
    gradients = torch.autograd.grad((y * weights(y)).sum(), list(leaves.values()))
    for k, g in zip(leaves, gradients):
        put(f"{name}/d.{k}", g)


def nchw(x): return x.permute(0, 3, 1, 2)
def nhwc(x): return x.permute(0, 2, 3, 1)
def oihw(w): return w.permute(3, 2, 0, 1)


def save(file):
    version = torch.__version__.split("+")[0]
    save_file(store, here / file, metadata={"made by": f"make_golden.py, PyTorch {version}"})
    print(file, len(store), "arrays", (here / file).stat().st_size, "bytes")
    store.clear()


# MARK: Elementwise

x = normal(3, 7)
for name, function in {
    "abs": torch.abs, "squared": torch.square, "exp": torch.exp, "expm1": torch.expm1,
    "sin": torch.sin, "cos": torch.cos, "tan": torch.tan, "atan": torch.atan, "sinh": torch.sinh,
    "cosh": torch.cosh, "tanh": torch.tanh, "erf": torch.erf, "sigmoid": torch.sigmoid,
    "softplus": F.softplus, "logSigmoid": F.logsigmoid, "relu": F.relu,
    "squaredReLU": lambda x: F.relu(x) ** 2, "silu": F.silu, "gelu": F.gelu,
    "geluTanh": lambda x: F.gelu(x, approximate="tanh"), "leakyReLU": F.leaky_relu, "elu": F.elu,
    "negated": torch.neg, "clipped": lambda x: x.clamp(-0.5, 0.75),
}.items():
    case(f"unary/{name}", {"x": x}, function)
x = positive(3, 7)
for name, function in {
    "sqrt": torch.sqrt, "rsqrt": torch.rsqrt, "reciprocal": torch.reciprocal, "log": torch.log,
    "log1p": torch.log1p, "powScalar": lambda x: x ** 2.5,
}.items():
    case(f"unary/{name}", {"x": x}, function)
x = within(3, 7)
case("unary/asin", {"x": x}, torch.asin)
case("unary/acos", {"x": x}, torch.acos)

a, b = normal(2, 3, 5), normal(3, 1)
case("binary/add", {"a": a, "b": b}, lambda a, b: a + b)
case("binary/subtract", {"a": a, "b": b}, lambda a, b: a - b)
case("binary/multiply", {"a": a, "b": b}, lambda a, b: a * b)
case("binary/divide", {"a": a, "b": positive(3, 1)}, lambda a, b: a / b)
case("binary/pow", {"a": positive(2, 3, 5), "b": b}, torch.pow)
case("binary/atan2", {"a": a, "b": normal(2, 3, 5)}, torch.atan2)
case("binary/minimum", {"a": a, "b": normal(2, 3, 5)}, torch.minimum)
case("binary/maximum", {"a": a, "b": normal(2, 3, 5)}, torch.maximum)
case("binary/select", {"a": a, "b": normal(2, 3, 5)}, lambda a, b, m: torch.where(m, a, b),
     mask=normal(2, 3, 5) > 0)

# MARK: Reductions

x = normal(4, 3, 5)
case("reduce/sum", {"x": x}, lambda x: x.sum((0, 2)))
case("reduce/mean", {"x": x}, lambda x: x.mean(1, keepdim=True))
case("reduce/variance", {"x": x}, lambda x: x.var((0, 2), correction=0))
case("reduce/deviation", {"x": x}, lambda x: x.std(2, correction=1))
case("reduce/product", {"x": x}, lambda x: x.prod(1))
case("reduce/max", {"x": x}, lambda x: x.amax((1, 2)))
case("reduce/min", {"x": x}, lambda x: x.amin(0))
case("reduce/norm", {"x": x}, lambda x: torch.linalg.vector_norm(x, dim=2))
case("reduce/logSumExp", {"x": x}, lambda x: torch.logsumexp(x, (0, 2)))
case("reduce/cumulativeSum", {"x": x}, lambda x: x.cumsum(1))
case("reduce/cumulativeProduct", {"x": x}, lambda x: x.cumprod(2))
case("reduce/cumulativeMax", {"x": x}, lambda x: x.cummax(2).values)
case("reduce/cumulativeMinReversed", {"x": x},
     lambda x: x.flip(2).cummin(2).values.flip(2))
case("reduce/softmax", {"x": x}, lambda x: x.softmax(-1))
case("reduce/softmaxMiddle", {"x": x}, lambda x: (x * 0.5).softmax(1))
case("reduce/logSoftmax", {"x": x}, lambda x: x.log_softmax(-1))

# MARK: Places

x = normal(5, 4, 3)
case("place/gather", {"x": x}, lambda x, i: x[i], index=torch.tensor([[4, 0, 4], [1, 1, 2]]))
case("place/gatherMiddle", {"x": x}, lambda x, i: x.index_select(1, i),
     index=torch.tensor([3, 0, 3]))
case("place/takeAlong", {"x": x}, lambda x, i: x.gather(1, i.long()),
     index=torch.randint(0, 4, (5, 2, 3), dtype=torch.int32))
case("place/scatterAdd", {"x": normal(3, 2), "u": normal(5, 2)},
     lambda x, u, i: x.index_add(0, i, u), index=torch.tensor([2, 0, 2, 2, 1]))
case("place/concatenated", {"a": normal(2, 3), "b": normal(2, 4)},
     lambda a, b: torch.cat([a, b], 1))
case("place/stacked", {"a": normal(2, 3), "b": normal(2, 3)}, lambda a, b: torch.stack([a, b], 1))
case("place/sliced", {"x": x}, lambda x: x[1:5:2, :, 1:])
case("place/flipped", {"x": x}, lambda x: x.flip((0, 2)))
case("place/permuted", {"x": x}, lambda x: x.permute(2, 0, 1))
case("place/broadcast", {"x": normal(3, 1)}, lambda x: x.expand(2, 3, 4))

x = normal(3, 4, 4)
case("place/sorted", {"x": x}, lambda x: x.sort(1, descending=True).values)
case("place/topK", {"x": x}, lambda x: x.topk(2, 2).values)
case("place/padded", {"x": x}, lambda x: F.pad(x, (1, 2, 0, 1), value=0.5))
case("place/reflected", {"x": x}, lambda x: F.pad(x, (2, 1, 1, 0), mode="reflect"))
case("place/edges", {"x": x}, lambda x: F.pad(x, (2, 1, 0, 1), mode="replicate"))
case("place/rolled", {"x": x}, lambda x: x.roll(3, 1))
case("place/tiled", {"x": normal(2, 3)}, lambda x: x.tile(2, 1, 2))
case("place/diagonal", {"x": x}, lambda x: x.diagonal(1, 1, 2))
case("place/lowerTriangle", {"x": x}, lambda x: x.tril(-1))
for name, equation, shapes in [
    ("matrices", "ij,jk->ik", [(3, 4), (4, 2)]), ("batched", "bij,bkj->bik", [(2, 3, 4), (2, 5, 4)]),
    ("bilinear", "bi,ij,bj->b", [(3, 2), (2, 4), (3, 4)]), ("trace", "ii->", [(4, 4)]),
    ("attention", "bqhd,bkhd->bhqk", [(2, 3, 2, 4), (2, 5, 2, 4)]),
]:
    case(f"einsum/{name}", {f"x{i}": normal(*s) for i, s in enumerate(shapes)},
         lambda *x, equation=equation: torch.einsum(equation, *x))

# MARK: Products

case("product/matrices", {"a": normal(5, 7), "b": normal(7, 3)}, torch.matmul)
case("product/batched", {"a": normal(3, 4, 5), "b": normal(3, 5, 2)}, torch.matmul)
case("product/broadcast", {"a": normal(3, 4, 5), "b": normal(5, 2)}, torch.matmul)
case("product/vector", {"a": normal(4, 5), "b": normal(5)}, torch.matmul)
case("product/transposed", {"a": normal(7, 5), "b": normal(3, 7)}, lambda a, b: a.T @ b.T)
for name, function in {
    "none": lambda x: x, "relu": F.relu, "squaredReLU": lambda x: F.relu(x) ** 2,
    "sigmoid": torch.sigmoid, "tanh": torch.tanh, "silu": F.silu, "gelu": F.gelu,
    "geluTanh": lambda x: F.gelu(x, approximate="tanh"),
}.items():
    case(f"linear/{name}", {"x": normal(4, 6), "w": normal(6, 5), "b": normal(5)},
         lambda x, w, b: function(x @ w + b))

# MARK: Convolution and pooling


def conv(name, x, w, b=None, **options):
    inputs = {"x": x, "w": w} | ({"b": b} if b is not None else {})
    case(f"conv2d/{name}", inputs,
         lambda x, w, b=None: nhwc(F.conv2d(nchw(x), oihw(w), b, **options)))


conv("plain", normal(2, 6, 5, 3), normal(3, 3, 3, 4), normal(4))
conv("padded", normal(2, 6, 5, 2), normal(3, 3, 2, 3), normal(3), padding=1)
conv("strided", normal(1, 7, 8, 2), normal(3, 2, 2, 3), stride=(2, 3), padding=(1, 0))
conv("dilated", normal(1, 8, 7, 2), normal(3, 3, 2, 2), normal(2), dilation=(2, 1), padding=1)
conv("grouped", normal(1, 5, 5, 4), normal(3, 3, 2, 6), normal(6), groups=2, padding=1)
conv("depthwise", normal(1, 5, 5, 3), normal(3, 3, 1, 3), normal(3), groups=3, padding=1)
conv("pointwise", normal(2, 3, 4, 5), normal(1, 1, 5, 3), normal(3))
conv("large", normal(1, 8, 8, 1), normal(5, 5, 1, 4), normal(4), padding=2)
case("conv2d/relu", {"x": normal(2, 5, 5, 2), "w": normal(3, 3, 2, 3), "b": normal(3)},
     lambda x, w, b: F.relu(nhwc(F.conv2d(nchw(x), oihw(w), b))))
case("conv1d/strided", {"x": normal(2, 9, 3), "w": normal(3, 3, 4), "b": normal(4)},
     lambda x, w, b: F.conv1d(x.mT, w.permute(2, 1, 0), b, stride=2, padding=1).mT)


def transposed(name, x, w, b=None, **options):
    inputs = {"x": x, "w": w} | ({"b": b} if b is not None else {})
    case(f"transposedConv2d/{name}", inputs,
         lambda x, w, b=None: nhwc(F.conv_transpose2d(nchw(x), oihw(w), b, **options)))


transposed("plain", normal(2, 3, 4, 3), normal(2, 2, 2, 3), normal(2), stride=2)
transposed("padded", normal(1, 4, 3, 2), normal(3, 3, 3, 2), stride=2, padding=1, output_padding=1)
transposed("grouped", normal(1, 3, 3, 4), normal(3, 3, 1, 4), normal(2), groups=2)
transposed("dilated", normal(1, 3, 3, 2), normal(2, 3, 2, 2), dilation=2)

x = normal(2, 7, 6, 3)
case("pool/max", {"x": x}, lambda x: nhwc(F.max_pool2d(nchw(x), 2)))
case("pool/maxPadded", {"x": x}, lambda x: nhwc(F.max_pool2d(nchw(x), 3, stride=2, padding=1)))
case("pool/average", {"x": x}, lambda x: nhwc(F.avg_pool2d(nchw(x), 3, stride=2)))
case("pool/averagePadded", {"x": x}, lambda x: nhwc(
    F.avg_pool2d(nchw(x), 3, stride=2, padding=1, count_include_pad=False)))
case("pool/averageCounted", {"x": x}, lambda x: nhwc(
    F.avg_pool2d(nchw(x), 3, stride=2, padding=1)))
case("pool/globalAverage", {"x": x}, lambda x: x.mean((1, 2)))
case("pool/adaptive", {"x": x}, lambda x: nhwc(F.adaptive_avg_pool2d(nchw(x), (3, 4))))
x = normal(1, 4, 5, 2)
case("resize/nearest", {"x": x}, lambda x: nhwc(F.interpolate(nchw(x), (7, 3), mode="nearest")))
case("resize/bilinear", {"x": x}, lambda x: nhwc(
    F.interpolate(nchw(x), (7, 3), mode="bilinear", align_corners=False)))
case("resize/alignedCorners", {"x": x}, lambda x: nhwc(
    F.interpolate(nchw(x), (6, 9), mode="bilinear", align_corners=True)))

# MARK: Normalisation

x, w, b = normal(2, 3, 3, 4), normal(4), normal(4)
case("norm/batch", {"x": x, "w": w, "b": b}, lambda x, w, b: nhwc(
    F.batch_norm(nchw(x), None, None, w, b, training=True)))
case("norm/batchInference", {"x": x, "w": w, "b": b}, lambda x, w, b, m, v: nhwc(
    F.batch_norm(nchw(x), m.double(), v.double(), w, b)), mean=normal(4).float(),
    variance=positive(4).float())
case("norm/group", {"x": x, "w": w, "b": b}, lambda x, w, b: nhwc(F.group_norm(nchw(x), 2, w, b)))
case("norm/instance", {"x": x, "w": w, "b": b}, lambda x, w, b: nhwc(
    F.instance_norm(nchw(x), weight=w, bias=b)))
x, w, b = normal(3, 2, 7), normal(7), normal(7)
case("norm/layer", {"x": x, "w": w, "b": b}, lambda x, w, b: F.layer_norm(x, (7,), w, b))
case("norm/rms", {"x": x, "w": w}, lambda x, w: F.rms_norm(x, (7,), w, 1e-6))

# MARK: Losses of logits

x = normal(6, 5)
labels = torch.tensor([0, 4, 2, -1, 1, 2])


def entropy(x, labels, **options):
    return F.cross_entropy(x, labels.long(), ignore_index=-1, **options)


case("loss/crossEntropy", {"x": x}, entropy, labels=labels)
case("loss/smoothed", {"x": x}, lambda x, l: entropy(x, l, label_smoothing=0.1), labels=labels)
case("loss/weighted", {"x": x}, lambda x, l, w: entropy(x, l, weight=w.double()), labels=labels,
     weights=positive(5).float())
case("loss/summed", {"x": x}, lambda x, l: entropy(x, l, reduction="sum"), labels=labels)
case("loss/each", {"x": x}, lambda x, l: entropy(x, l, reduction="none"), labels=labels)
targets = (torch.rand(6, 5) * 4).round().float() / 4
case("loss/binary", {"x": x}, lambda x, t: F.binary_cross_entropy_with_logits(x, t.double()),
     targets=targets)
case("loss/binaryWeighted", {"x": x}, lambda x, t, w: F.binary_cross_entropy_with_logits(
    x, t.double(), pos_weight=w.double()), targets=targets, weights=positive(5).float())

# MARK: Attention


def attention(q, k, v, **options):
    heads = lambda x: x.transpose(1, 2)
    return heads(F.scaled_dot_product_attention(
        heads(q), heads(k), heads(v), enable_gqa=q.shape[2] != k.shape[2], **options))


q, k, v = normal(2, 5, 2, 4), normal(2, 5, 2, 4), normal(2, 5, 2, 3)
case("attention/full", {"q": q, "k": k, "v": v}, attention)
case("attention/causal", {"q": q, "k": k, "v": v}, lambda q, k, v: attention(
    q, k, v, is_causal=True))
case("attention/scaled", {"q": q, "k": k, "v": v}, lambda q, k, v: attention(q, k, v, scale=0.3))
mask = torch.rand(2, 1, 5, 5) > 0.4
mask[..., 0] = True
case("attention/masked", {"q": q, "k": k, "v": v}, lambda q, k, v, m: attention(
    q, k, v, attn_mask=m), mask=mask)
case("attention/grouped", {"q": normal(2, 4, 4, 4), "k": normal(2, 4, 2, 4),
                           "v": normal(2, 4, 2, 4)},
     lambda q, k, v: attention(q, k, v, is_causal=True))


def rotary(x, interleaved):
    time, size = x.shape[1], x.shape[3]
    angles = torch.arange(time).double()[:, None] * 10000.0 ** (
        -2 * torch.arange(size // 2).double() / size)
    cos, sin = angles.cos()[None, :, None], angles.sin()[None, :, None]
    a, b = (x[..., ::2], x[..., 1::2]) if interleaved else x.chunk(2, -1)
    parts = (a * cos - b * sin, a * sin + b * cos)
    return torch.stack(parts, -1).flatten(-2) if interleaved else torch.cat(parts, -1)


case("attention/rotary", {"x": normal(1, 4, 2, 6)}, lambda x: rotary(x, False))
case("attention/rotaryInterleaved", {"x": normal(1, 4, 2, 6)}, lambda x: rotary(x, True))

save("tensor.safetensors")

# MARK: Recurrent layers


def recurrent(name, layer, gates):
    """Ours are [in, gates * width] and [width, gates * width], gates in PyTorch's order."""
    layer = layer.double()
    x = normal(2, 5, 3)
    parameters = {"inputWeight": layer.weight_ih_l0.detach().T.float().double(),
                  "stateWeight": layer.weight_hh_l0.detach().T.float().double(),
                  "inputBias": layer.bias_ih_l0.detach().float().double(),
                  "stateBias": layer.bias_hh_l0.detach().float().double()}
    case(name, {"x": x} | parameters, lambda x, wi, wh, bi, bh: torch.func.functional_call(
        layer, {"weight_ih_l0": wi.T, "weight_hh_l0": wh.T, "bias_ih_l0": bi, "bias_hh_l0": bh},
        (x,))[0])


recurrent("layer/gru", torch.nn.GRU(3, 4, batch_first=True), 3)
recurrent("layer/lstm", torch.nn.LSTM(3, 4, batch_first=True), 4)



def block(x, *p):
    """A causal transformer block of two heads, with its norms in front."""
    n1w, n1b, qw, qb, kw, kb, vw, vb, ow, ob, n2w, n2b, uw, ub, dw, db = p
    split = lambda y: y.reshape(2, 4, 2, 3)
    y = F.layer_norm(x, (6,), n1w, n1b)
    y = attention(split(y @ qw + qb), split(y @ kw + kb), split(y @ vw + vb), is_causal=True)
    x = x + y.reshape(2, 4, 6) @ ow + ob
    return x + F.gelu(F.layer_norm(x, (6,), n2w, n2b) @ uw + ub) @ dw + db


shapes = {"attentionNorm": (6,), "attention.query": (6, 6), "attention.key": (6, 6),
          "attention.value": (6, 6), "attention.output": (6, 6), "feedForwardNorm": (6,),
          "feedForward.up": (6, 10), "feedForward.down": (10, 6)}
case("layer/block", {"x": normal(2, 4, 6)} | {
    f"{name}.{part}": 0.5 * normal(*shape) if part == "weight" else normal(shape[-1])
    for name, shape in shapes.items() for part in ("weight", "bias")}, block)
case("layer/embedding", {"weight": normal(5, 3)}, lambda w, i: w[i],
     tokens=torch.tensor([[1, 4, 1], [0, 1, 2]]))

# Batch normalisation over two batches: outputs, then the running moments.
norm = torch.nn.BatchNorm2d(3).double()
for step in range(2):
    x = normal(2, 4, 4, 3)
    put(f"batchNorm/x{step}", x.float())
    put(f"batchNorm/y{step}", nhwc(norm(nchw(x))))
put("batchNorm/mean", norm.running_mean)
put("batchNorm/variance", norm.running_var)

# MARK: Losses

a, b = normal(6, 4), normal(6, 4)
case("loss/meanSquared", {"a": a}, lambda a, b: F.mse_loss(a, b.double()), b=b.float())
case("loss/meanAbsolute", {"a": a}, lambda a, b: F.l1_loss(a, b.double()), b=b.float())
case("loss/huber", {"a": a}, lambda a, b: F.huber_loss(a, b.double(), delta=0.7), b=b.float())
target = torch.softmax(normal(6, 4), 1).float()
case("loss/divergence", {"a": a}, lambda a, t: F.kl_div(
    F.log_softmax(a, 1), t.double(), reduction="batchmean"), target=target)
yes = (torch.rand(6, 4) > 0.5).float()


def focal(a, t, focus, balance):
    losses = F.binary_cross_entropy_with_logits(a, t, reduction="none")
    p = torch.sigmoid(a) * t + (1 - torch.sigmoid(a)) * (1 - t)
    return ((balance * t + (1 - balance) * (1 - t)) * (1 - p) ** focus * losses).mean()


case("loss/focal", {"a": a}, lambda a, t: focal(a, t.double(), 2, 0.25), target=yes)
case("loss/dice", {"a": a}, lambda a, t: (1 - (2 * (a.sigmoid() * t.double()).sum(1) + 1) / (
    a.sigmoid().sum(1) + t.double().sum(1) + 1)).mean(), target=yes)
case("loss/contrastive", {"a": a, "b": b}, lambda a, b: (lambda s: (
    F.cross_entropy(s, torch.arange(6)) + F.cross_entropy(s.T, torch.arange(6))) / 2)(
        F.normalize(a, dim=1) @ F.normalize(b, dim=1).T / 0.5))
case("loss/triplet", {"a": a, "b": b, "c": normal(6, 4)}, lambda a, b, c: F.triplet_margin_loss(
    a, b, c, margin=1.0, eps=0))

# MARK: Optimisers: five steps down a fixed quartic bowl

start = normal(5)
curve, centre = positive(5), normal(5)
put("optimizer/start", start.float())
put("optimizer/curve", curve.float())
put("optimizer/centre", centre.float())


def trajectory(name, make, schedule=None, clip=None):
    p = start.clone().requires_grad_()
    optimizer = make([p])
    scheduler = schedule(optimizer) if schedule else None
    rows = []
    for _ in range(5):
        optimizer.zero_grad()
        (curve * (p - centre) ** 2 + 0.25 * (p - centre) ** 4).sum().backward()
        if clip:
            torch.nn.utils.clip_grad_norm_([p], clip)
        optimizer.step()
        if scheduler:
            scheduler.step()
        rows.append(p.detach().clone())
    put(f"optimizer/{name}", torch.stack(rows))


optim = torch.optim
trajectory("sgd", lambda p: optim.SGD(p, lr=0.05))
trajectory("momentum", lambda p: optim.SGD(p, lr=0.05, momentum=0.9, weight_decay=0.1))
trajectory("nesterov", lambda p: optim.SGD(p, lr=0.05, momentum=0.9, nesterov=True))
trajectory("adam", lambda p: optim.Adam(p, lr=0.1, weight_decay=0.1))
trajectory("adamW", lambda p: optim.AdamW(p, lr=0.1, weight_decay=0.1))
trajectory("clipped", lambda p: optim.SGD(p, lr=0.05), clip=1.0)
trajectory("scheduled", lambda p: optim.SGD(p, lr=0.05),
           lambda o: optim.lr_scheduler.CosineAnnealingLR(o, 5))


def rates(name, steps, schedule):
    optimizer = optim.SGD([torch.zeros(1, requires_grad=True)], lr=1.0)
    scheduler = schedule(optimizer)
    values = []
    for _ in range(steps):
        values.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        scheduler.step()
    put(f"schedule/{name}", torch.tensor(values, dtype=torch.float64))


schedules = optim.lr_scheduler
rates("step", 12, lambda o: schedules.StepLR(o, 5, 0.3))
rates("cosine", 12, lambda o: schedules.CosineAnnealingLR(o, 12, eta_min=0.1))
rates("linear", 12, lambda o: schedules.LinearLR(o, 1.0, 0.2, 12))
rates("oneCycle", 20, lambda o: schedules.OneCycleLR(o, 1.0, total_steps=20, cycle_momentum=False))

# MARK: One training step of LeNet-5 on four images: loss, logits, gradients, the weights after.
# The weights follow from a formula, so that they need no room here:
# w[i] = ((37 i) mod 101 - 50) / (50 sqrt(fan-in)).

layers = [("features.0", (5, 5, 1, 6)), ("features.2", (5, 5, 6, 16)),
          ("classifier.0", (400, 120)), ("classifier.1", (120, 84)), ("classifier.2", (84, 10))]
parameters = {}
for name, shape in layers:
    count = torch.Size(shape).numel()
    fan = count // shape[-1]
    i = torch.arange(count)
    values = ((37 * i) % 101 - 50).double() / (50 * fan ** 0.5)
    parameters[name + ".weight"] = values.float().double().reshape(shape).requires_grad_()
    j = torch.arange(shape[-1])
    parameters[name + ".bias"] = (((j % 7) - 3).double() / 16).requires_grad_()
images = within(4, 28, 28, 1, limit=1.0)
labels = torch.tensor([3, 1, 4, 1])


def lenet(x, p):
    x = nchw(x)
    for index, padding in [(0, 2), (2, 0)]:
        w, b = p[f"features.{index}.weight"], p[f"features.{index}.bias"]
        x = F.max_pool2d(F.relu(F.conv2d(x, oihw(w), b, padding=padding)), 2)
    x = nhwc(x).flatten(1)
    for index in range(3):
        x = x @ p[f"classifier.{index}.weight"] + p[f"classifier.{index}.bias"]
        x = F.relu(x) if index < 2 else x
    return x


logits = lenet(images, parameters)
loss = F.cross_entropy(logits, labels)
gradients = torch.autograd.grad(loss, list(parameters.values()))
put("lenet/images", images.float())
put("lenet/labels", labels)
put("lenet/logits", logits)
put("lenet/loss", loss)
for (name, p), g in zip(parameters.items(), gradients):
    # Of the large gradients every 29th number, and the sums of the columns.
    put(f"lenet/some.{name}", g.flatten()[::29 if g.numel() > 1000 else 1].float())
    put(f"lenet/sum.{name}", g.reshape(-1, g.shape[-1]).sum(0))
    p.data -= 0.1 * g
put("lenet/after", F.cross_entropy(lenet(images, parameters), labels))

save("nn.safetensors")

"""What PyTorch makes of three training steps of two small decoders: python make.py > steps.json

Written from the papers' equations in double precision, on none of this package's code. The first
weights come from a generator that both sides can run. Of several seeds the first is taken whose
rounded numbers all lie far enough from halves that single precision rounds them alike.
"""

import json
import sys

import torch
import torch.nn.functional as F

torch.set_default_dtype(torch.float64)
WIDTH, HEADS, KEY_HEADS, INNER, LAYERS, VOCABULARY, STEPS = 8, 2, 1, 12, 2, 11, 4
HEAD = WIDTH // HEADS
margin = 0.5


def numbers(seed):
    state = seed
    while True:
        state = (1103515245 * state + 12345) % 2**31
        yield state / 2**30 - 1


def away_from_halves(x, least):
    """Notes how near to a half, where rounding turns, any number comes, in units of what is safe."""
    global margin
    distance = ((x.abs() % 1) - 0.5).abs().min().item()
    margin = min(margin, distance / least)


def ternary(w):
    s = 1 / w.abs().mean().clamp(min=1e-5)
    away_from_halves((w * s).detach().clamp(-1.4, 1.4), 3e-5)
    return w + ((w * s).round().clamp(-1, 1) / s - w).detach()


def int8(x):
    s = 127 / x.abs().amax(-1, keepdim=True).clamp(min=1e-5)
    away_from_halves((x * s).detach(), 3e-4)
    return x + ((x * s).round().clamp(-128, 127) / s - x).detach()


def norm(x, w):
    return x / (x.pow(2).mean(-1, keepdim=True) + 1e-5).sqrt() * w


def rotate(x):
    half = HEAD // 2
    angles = torch.arange(STEPS)[:, None] * 10000.0 ** (-torch.arange(half) / half)
    cos, sin = angles.cos()[None, :, None], angles.sin()[None, :, None]
    a, b = x[..., :half], x[..., half:]
    return torch.cat([a * cos - b * sin, b * cos + a * sin], -1)


def shapes(is_ternary):
    """Parameters in the order in which they are drawn; matrices are [in, out]."""
    kv = KEY_HEADS * HEAD
    rows = {"embedding": (VOCABULARY, WIDTH)}
    for i in range(LAYERS):
        p = f"layers.{i}."
        rows |= {p + "attentionNorm": (WIDTH,), p + "query": (WIDTH, WIDTH)}
        rows |= {p + "key": (WIDTH, kv), p + "value": (WIDTH, kv)}
        if is_ternary:
            rows[p + "attentionSubNorm"] = (WIDTH,)
        rows |= {p + "output": (WIDTH, WIDTH), p + "feedForwardNorm": (WIDTH,)}
        rows |= {p + "gate": (WIDTH, INNER), p + "up": (WIDTH, INNER)}
        if is_ternary:
            rows[p + "feedForwardSubNorm"] = (INNER,)
        rows[p + "down"] = (INNER, WIDTH)
    rows["outputNorm"] = (WIDTH,)
    if not is_ternary:
        rows["head"] = (WIDTH, VOCABULARY)
    return rows


def forward(w, tokens, is_ternary):
    weight, read = (ternary, int8) if is_ternary else (lambda x: x, lambda x: x)
    x = w["embedding"][tokens]
    n = len(tokens)
    for i in range(LAYERS):
        p = f"layers.{i}."
        h = read(norm(x, w[p + "attentionNorm"]))
        q = rotate((h @ weight(w[p + "query"])).view(n, STEPS, HEADS, HEAD))
        k = rotate((h @ weight(w[p + "key"])).view(n, STEPS, KEY_HEADS, HEAD))
        v = (h @ weight(w[p + "value"])).view(n, STEPS, KEY_HEADS, HEAD)
        k, v = k.repeat_interleave(HEADS // KEY_HEADS, 2), v.repeat_interleave(HEADS // KEY_HEADS, 2)
        a = F.scaled_dot_product_attention(
            q.transpose(1, 2), k.transpose(1, 2), v.transpose(1, 2), is_causal=True)
        a = a.transpose(1, 2).reshape(n, STEPS, WIDTH)
        if is_ternary:
            a = norm(a, w[p + "attentionSubNorm"])
        x = x + read(a) @ weight(w[p + "output"])
        h = read(norm(x, w[p + "feedForwardNorm"]))
        gate = h @ weight(w[p + "gate"])
        h = (gate.relu() ** 2 if is_ternary else F.silu(gate)) * (h @ weight(w[p + "up"]))
        if is_ternary:
            h = norm(h, w[p + "feedForwardSubNorm"])
        x = x + read(h) @ weight(w[p + "down"])
    return norm(x, w["outputNorm"]) @ (w["embedding"].T if is_ternary else w["head"])


def batch(index):
    """Two sequences; one target in five is not learned."""
    places = torch.arange(2 * (STEPS + 1)).view(2, STEPS + 1)
    tokens = (places * places * 3 + 5 * index + places) % VOCABULARY
    targets = tokens[:, 1:].clone()
    targets.view(-1)[index % 5 :: 5] = -1
    return tokens[:, :-1], targets


def digest(x):
    """Its norm, and its product with a pattern in which no two numbers could be exchanged."""
    flat = x.detach().reshape(-1)
    pattern = torch.arange(len(flat)) * 7 % 13 / 6 - 1
    return [flat.norm().item(), (flat @ pattern).item()]


def run(seed, is_ternary):
    global margin
    margin = 1e9
    source = numbers(seed)
    w = {}
    for name, shape in shapes(is_ternary).items():
        values = torch.tensor([next(source) for _ in range(torch.Size(shape).numel())]).view(shape)
        w[name] = (1 + values / 4 if "Norm" in name else values / 2).float().double()
    first = {name: value.clone() for name, value in w.items()}
    for value in w.values():
        value.requires_grad_()
    # Decay on matrices alone, vectors of tokens have a rate of their own.
    plain = [n for n in w if "Norm" in n]
    matrices = [n for n in w if "Norm" not in n and n != "embedding"]
    rate, decay = 8e-3, 0.1
    groups = [(plain, rate, 0), (["embedding"], rate / 4, 0), (matrices, rate, decay)]
    optimizer = torch.optim.AdamW(
        [{"params": [w[n] for n in names]} for names, _, _ in groups], betas=(0.9, 0.95), eps=1e-8)
    whole, warm_up = 4, 1
    result = {"seed": seed, "losses": [], "gradientNorms": []}
    for step in range(whole):
        left = 1 - step / whole
        second = 2 * step >= whole
        factor = (step + 1) / warm_up if step < warm_up else left * (2 / 3 if second else 1)
        for group, (_, own, of_decay) in zip(optimizer.param_groups, groups):
            group["lr"], group["weight_decay"] = own * factor, 0 if second else of_decay
        optimizer.zero_grad()
        for part in range(2):
            tokens, targets = batch(2 * step + part)
            loss = F.cross_entropy(
                forward(w, tokens, is_ternary).flatten(0, 1), targets.flatten(), ignore_index=-1)
            (loss / 2).backward()
            result["losses"].append(loss.item())
            if step + part == 0:
                result["gradients"] = {n: digest(2 * v.grad) for n, v in w.items()}
        result["gradientNorms"].append(
            torch.nn.utils.clip_grad_norm_(list(w.values()), 0.5).item())
        optimizer.step()
    result["changes"] = {n: digest(w[n] - first[n]) for n in w}
    return result


results = {}
for is_ternary in (True, False):
    for seed in range(1, 2000):
        result = run(seed, is_ternary)
        if margin > 1:
            break
    else:
        sys.exit("no seed keeps away from halves")
    results["ternary" if is_ternary else "full"] = result
print(json.dumps(results, indent=1))

"""Made-up ternary models at the sizes people run, as GGUF files that every engine here reads.

Type TQ2_0, embedding and head F16 (tied), architecture `bitnet`, weights of -1, 0 and 1 drawn evenly.
"""
import os
import struct

import numpy

# hidden, layers, heads, key-value heads, feed-forward, vocabulary
SHAPES = {
    "tiny": (256, 4, 4, 2, 768, 1024),
    "0.7b": (1536, 24, 16, 16, 4096, 32002),
    "2b": (2560, 30, 20, 5, 6912, 128256),
    "3b": (3072, 26, 24, 24, 8704, 32002),
}
F32, F16, TQ2_0 = 0, 1, 35
ALIGNMENT = 32
# Four trits a byte, as codes 0, 1 and 2.
TRITS = numpy.array(
    [sum((b % 81 // 3 ** p % 3) << (2 * p) for p in range(4)) for b in range(256)], numpy.uint8)


def text(value):
    data = value.encode()
    return struct.pack("<Q", len(data)) + data


def value(item):
    """A key's value with its type before it."""
    if isinstance(item, bool):
        return struct.pack("<IB", 7, item)
    if isinstance(item, int):
        return struct.pack("<II", 4, item)
    if isinstance(item, float):
        return struct.pack("<If", 6, item)
    if isinstance(item, str):
        return struct.pack("<I", 8) + text(item)
    kind = {str: 8, float: 6, int: 5}[type(item[0])]
    body = b"".join(
        text(i) if kind == 8 else struct.pack("<f" if kind == 6 else "<i", i) for i in item)
    return struct.pack("<IIQ", 9, kind, len(item)) + body


def keys(shape):
    hidden, layers, heads, kv_heads, ffn, vocabulary = SHAPES[shape]
    tokens = ["<unk>", "<s>", "</s>"] + [f"<0x{b:02X}>" for b in range(256)]
    tokens += [f"t{i}" for i in range(len(tokens), vocabulary)]
    name = "bitnet"
    return {
        "general.architecture": name, "general.name": f"made up, {shape}",
        f"{name}.context_length": 4096, f"{name}.embedding_length": hidden,
        f"{name}.block_count": layers, f"{name}.feed_forward_length": ffn,
        f"{name}.attention.head_count": heads, f"{name}.attention.head_count_kv": kv_heads,
        f"{name}.rope.dimension_count": hidden // heads, f"{name}.vocab_size": vocabulary,
        f"{name}.attention.layer_norm_rms_epsilon": 1e-5, f"{name}.rope.freq_base": 10000.0,
        f"{name}.rope.scaling.type": "linear", f"{name}.rope.scaling.factor": 1.0,
        "tokenizer.ggml.model": "llama", "tokenizer.ggml.pre": "default",
        "tokenizer.ggml.tokens": tokens,
        "tokenizer.ggml.scores": [-float(i) for i in range(vocabulary)],
        "tokenizer.ggml.token_type": [2, 3, 3] + [6] * 256 + [1] * (vocabulary - 259),
        "tokenizer.ggml.bos_token_id": 1, "tokenizer.ggml.eos_token_id": 2,
        "tokenizer.ggml.unknown_token_id": 0,
    }


def tensors(shape):
    """Names, axes (the contiguous one first) and types in the order of the file."""
    hidden, layers, heads, kv_heads, ffn, vocabulary = SHAPES[shape]
    narrow = hidden // heads * kv_heads
    yield "token_embd.weight", (hidden, vocabulary), F16
    yield "output_norm.weight", (hidden,), F32
    for layer in range(layers):
        for name, columns, rows in (
                ("attn_q", hidden, hidden), ("attn_k", hidden, narrow), ("attn_v", hidden, narrow),
                ("attn_output", hidden, hidden), ("ffn_gate", hidden, ffn),
                ("ffn_up", hidden, ffn), ("ffn_down", ffn, hidden)):
            yield f"blk.{layer}.{name}.weight", (columns, rows), TQ2_0
        for name, size in (("attn_norm", hidden), ("ffn_norm", hidden),
                           ("attn_sub_norm", hidden), ("ffn_sub_norm", ffn)):
            yield f"blk.{layer}.{name}.weight", (size,), F32


def size(axes, kind):
    count = int(numpy.prod(axes))
    return {F32: 4 * count, F16: 2 * count, TQ2_0: count // 256 * 66}[kind]


def data(axes, kind, random):
    count = int(numpy.prod(axes))
    if kind == F32:
        return numpy.ones(count, "<f4")
    if kind == F16:
        return (0.5 * random.standard_normal(count, numpy.float32)).astype("<f2")
    blocks = numpy.empty((count // 256, 66), numpy.uint8)
    blocks[:, :64] = TRITS[random.integers(0, 256, (count // 256, 64), numpy.uint8)]
    scale = numpy.array([0.7 / axes[0] ** 0.5], "<f2").view(numpy.uint8)
    blocks[:, 64:] = scale
    return blocks


def write(path, shape):
    """Writes the model unless it is there; the same every time."""
    if os.path.exists(path):
        return
    entries = list(tensors(shape))
    metadata = keys(shape)
    header = b"GGUF" + struct.pack("<IQQ", 3, len(entries), len(metadata))
    header += b"".join(text(key) + value(item) for key, item in metadata.items())
    offset = 0
    for name, axes, kind in entries:
        header += text(name) + struct.pack("<I", len(axes))
        header += b"".join(struct.pack("<Q", axis) for axis in axes)
        header += struct.pack("<IQ", kind, offset)
        offset += -(-size(axes, kind) // ALIGNMENT) * ALIGNMENT
    random = numpy.random.default_rng(1)
    with open(path + ".part", "wb") as file:
        file.write(header + bytes(-len(header) % ALIGNMENT))
        for _, axes, kind in entries:
            data(axes, kind, random).tofile(file)
            file.write(bytes(-size(axes, kind) % ALIGNMENT))
    os.rename(path + ".part", path)

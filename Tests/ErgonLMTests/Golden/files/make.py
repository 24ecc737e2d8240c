#!/usr/bin/env python3
"""Writes formats.gguf: rows in every format that gguf-py quantises or reads, and the numbers it reads.

  python make.py                  # writes formats.gguf beside this script
  python make.py check FILE...    # reads files with gguf-py: every tensor must decode to finite numbers

Made with gguf 0.19, numpy 2.
"""
import os, sys
import gguf, numpy as np
from gguf import GGMLQuantizationType as Q

if len(sys.argv) > 2 and sys.argv[1] == "check":
    for path in sys.argv[2:]:
        reader = gguf.GGUFReader(path)
        for tensor in reader.tensors:
            values = gguf.quants.dequantize(tensor.data, tensor.tensor_type)
            assert np.isfinite(values).all(), tensor.name
            assert list(values.shape) == [int(n) for n in tensor.shape][::-1], tensor.name
        print(path, len(reader.fields), "keys", len(reader.tensors), "tensors")
    sys.exit()

rng = np.random.default_rng(7)
out = gguf.GGUFWriter(os.path.join(os.path.dirname(os.path.abspath(__file__)), "formats.gguf"), "llama")
out.add_name("formats")
out.add_array("words", ["one", "", "drei", "七"])
out.add_array("numbers", [1, -2, 3])
numbers = rng.standard_normal((2, 512)).astype(np.float32)
numbers[0, :32] = 0
trits = rng.integers(-1, 2, (2, 512)).astype(np.float32) * np.float32(0.375)
trits[1, 256:] = 0
out.add_tensor("numbers", numbers)
out.add_tensor("trits", trits)

def add(kind, data):
    out.add_tensor(kind.name, data, raw_dtype=kind)
    out.add_tensor(kind.name + ".read", gguf.quants.dequantize(data, kind).astype(np.float32))

for kind in (Q.F16, Q.BF16, Q.Q8_0, Q.Q4_0):
    add(kind, gguf.quants.quantize(numbers, kind))
for kind in (Q.TQ1_0, Q.TQ2_0):
    add(kind, gguf.quants.quantize(trits, kind))
for kind, size, places in ((Q.Q4_K, 144, (0, 2)), (Q.Q6_K, 210, (208,))):
    blocks = rng.integers(0, 256, (2, 2, size), dtype=np.uint8)
    for place in places:
        scale = rng.uniform(0.01, 0.02, (2, 2, 1)).astype(np.float16)
        blocks[:, :, place:place + 2] = scale.view(np.uint8)
    add(kind, blocks.reshape(2, 2 * size))
out.write_header_to_file(); out.write_kv_data_to_file(); out.write_tensors_to_file(); out.close()

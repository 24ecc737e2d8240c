#!/usr/bin/env python3
"""What Hugging Face's libraries and gguf-py make of models that this package exports.

  OMP_NUM_THREADS=1 python make.py tokenizer            tokenizer.json, trained on text.txt
  OMP_NUM_THREADS=1 python make.py expect               expected.safetensors, from packed/
  OMP_NUM_THREADS=1 python make.py gguf FILE...         checks TQ1_0, TQ2_0 and F16 files that are
                                                        exported from packed/

`packed` is a network of one layer that the test "a small ternary network is trained and exported"
trained on text.txt and exported; with ERGON_MAKE_GOLDEN in the environment that test writes it, and
the GGUF files beside it that `gguf` is then given. expected.safetensors holds the tokens of a
sentence, the logits that transformers gives for them in float32, and its greedy continuation.

Needs torch, transformers, accelerate, safetensors, tokenizers, gguf. Made with torch 2.15,
transformers 5.24, tokenizers 0.23, gguf 0.19.
"""
import json
import os
import sys

os.environ.setdefault("TORCHDYNAMO_DISABLE", "1")
here = os.path.dirname(os.path.abspath(__file__))
packed = os.path.join(here, "packed")


def tokenizer():
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

    made = Tokenizer(models.BPE())
    made.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    made.decoder = decoders.ByteLevel()
    made.train(
        [os.path.join(here, "text.txt")],
        trainers.BpeTrainer(
            vocab_size=288, special_tokens=["<|endoftext|>"],
            initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False))
    made.save(os.path.join(here, "tokenizer.json"), pretty=False)


def expect():
    import torch
    import transformers
    from safetensors.torch import save_file

    tokens = transformers.AutoTokenizer.from_pretrained(packed)(
        "Once upon a time there was a small mill", return_tensors="pt").input_ids
    model = transformers.AutoModelForCausalLM.from_pretrained(packed, dtype=torch.float32)
    # from_pretrained leaves what is not packed in its own type.
    model = model.to(torch.float32).eval()
    with torch.no_grad():
        logits = model(tokens).logits[0]
        greedy = model.generate(tokens, max_new_tokens=24, do_sample=False)[0, tokens.shape[1]:]
    save_file(
        {"tokens": tokens[0].int(), "logits": logits.contiguous(), "greedy": greedy.int()},
        os.path.join(here, "expected.safetensors"))
    print(transformers.AutoTokenizer.from_pretrained(packed).decode(greedy))


def gguf(paths):
    import numpy as np
    from gguf import GGUFReader
    from gguf.quants import dequantize
    from safetensors.numpy import load_file

    source = load_file(os.path.join(packed, "model.safetensors"))
    vocabulary = json.load(open(os.path.join(packed, "tokenizer.json")))["model"]["vocab"]
    names = {
        "attn_q": "self_attn.q_proj", "attn_k": "self_attn.k_proj", "attn_v": "self_attn.v_proj",
        "attn_output": "self_attn.o_proj", "ffn_gate": "mlp.gate_proj", "ffn_up": "mlp.up_proj",
        "ffn_down": "mlp.down_proj"}

    def trits(name):
        value = source[name]
        return np.concatenate([(value >> 2 * plane & 3) for plane in range(4)]).astype(np.int8) - 1

    for path in paths:
        reader = GGUFReader(path)
        pieces = reader.fields["tokenizer.ggml.tokens"].contents()
        assert [piece for piece, _ in sorted(vocabulary.items(), key=lambda x: x[1])] == pieces
        for short, long in names.items():
            name = f"model.layers.0.{long}.weight"
            scale = source[name + "_scale"][0]
            tensor = next(t for t in reader.tensors if t.name == f"blk.0.{short}.weight")
            # The scales of 256 weights are in half precision, and so are F16's products.
            wanted = trits(name) * np.float32(np.float16(scale))
            found = dequantize(tensor.data, tensor.tensor_type).reshape(wanted.shape)
            assert np.array_equal(found, wanted), (path, name)
        print(path, "holds the trits times their scales")


if __name__ == "__main__":
    {"tokenizer": tokenizer, "expect": expect, "gguf": lambda: gguf(sys.argv[2:])}[sys.argv[1]]()

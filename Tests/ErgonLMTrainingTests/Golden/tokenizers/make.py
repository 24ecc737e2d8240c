#!/usr/bin/env python3
"""Trains byte-pair encodings with Hugging Face's `tokenizers` on text.txt and writes what they are.

    pip install tokenizers==0.23.*
    python make.py

text.txt is prose about this package with some awkward lines; texts.json holds texts to encode;
NAME.json is the tokenizer.json; NAME.ids.json holds each text's ids without and with special tokens
around it, and what the first decode to. `python make.py --check FOLDER` reads NAME.json files of
FOLDER, written elsewhere, and says whether they give these ids; `python make.py --real FILE` prints
the digest of the merges that it learns from a real text. unigram.json is what UnigramTrainer learns
from text.txt; of it the ids alone are made here.
"""
import hashlib
import json
import pathlib
import sys

from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers
from tokenizers import pre_tokenizers, processors, trainers

HERE = pathlib.Path(__file__).resolve().parent
SIZE, FREQUENCY = 640, 2
CONTRACTIONS = "(?i:'s|'t|'re|'ve|'m|'ll|'d)"
TAIL = r"|\s*[\r\n]+|\s+(?!\S)|\s+"
UPPER, LOWER = r"[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]", r"[\p{Ll}\p{Lm}\p{Lo}\p{M}]"
START, END = r"[^\r\n\p{L}\p{N}]?", CONTRACTIONS + "?"


def llama3_regex(digits):
    return (CONTRACTIONS + r"|[^\r\n\p{L}\p{N}]?\p{L}+|" + digits
            + r"| ?[^\s\p{L}\p{N}]+[\r\n]*" + TAIL)


GPT4O = (START + UPPER + "*" + LOWER + "+" + END + "|" + START + UPPER + "+" + LOWER + "*" + END
         + r"|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*" + TAIL)
REGEXES = {"llama3": llama3_regex(r"\p{N}{1,3}"), "qwen2": llama3_regex(r"\p{N}"), "gpt4o": GPT4O}
SPECIAL = ["<unk>", "<s>", "</s>"]
BYTES = [f"<0x{byte:02X}>" for byte in range(256)]
TEXTS = [
    "", " ", "  ", "a", " a", "a ", "  two  spaces ", "\n", "\n\n", "\r\n", "line\nline\n\n\tline \n",
    "Once upon a time, there was a joule.", "It's we're I'LL don't", "1 12 123 1234 12345 3.14",
    "na\u00efve caf\u00e9 Z\u00fcrich", "\u041f\u0440\u0438\u0432\u0435\u0442 \u4f60\u597d\uff0c\u4e16\u754c\uff01 \ud55c\uad6d\uc5b4", "\U0001f600\U0001f468\u200d\U0001f469\u200d\U0001f467 \u2764\ufe0f",
    "a\u0300\u0301b \u00a0x\u2003y\u3000z", "\ufffd\ufffd x\ufffd", "a\u0000b\u007f", "<s>Hi</s> <unk><s>", "<|endoftext|>",
    "<0x41> <0x0A>", "\u2581a \u2581\u2581b", "\u0120hello", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "if a != b:\n\t\tpass  # x",
    "CamelCaseHTTPServer/path//to/file\n/", "the the the theory of energy and of energies", "\u00e9" * 40,
]


def written(tokenizer, special, edit=None):
    begin = special[1]
    tokenizer.post_processor = processors.TemplateProcessing(
        single=f"{begin} $A", pair=f"{begin} $A {begin}:1 $B:1",
        special_tokens=[(begin, tokenizer.token_to_id(begin))])
    document = json.loads(tokenizer.to_str())
    if edit:
        edit(document)
    return document


def split(regex):
    return pre_tokenizers.Sequence([
        pre_tokenizers.Split(Regex(regex), "isolated"),
        pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)])


def real(path):
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = split(REGEXES["llama3"])
    tokenizer.train_from_iterator([pathlib.Path(path).read_text()], trainers.BpeTrainer(
        vocab_size=4000, min_frequency=0, show_progress=False,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet()))
    merges = json.loads(tokenizer.to_str())["model"]["merges"]
    return hashlib.sha256("".join(f"{a} {b}\n" for a, b in merges).encode()).hexdigest()


def byte_level(pre, special=SPECIAL):
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre
    tokenizer.decoder = decoders.ByteLevel(add_prefix_space=False)
    trainer = trainers.BpeTrainer(
        vocab_size=SIZE, min_frequency=FREQUENCY, show_progress=False,
        initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()),
        special_tokens=[AddedToken(t, special=True, normalized=False) for t in special])
    tokenizer.train_from_iterator([TEXT], trainer)
    return written(tokenizer, special)


def spaces():
    tokenizer = Tokenizer(models.BPE(unk_token="<unk>", fuse_unk=True, byte_fallback=True))
    tokenizer.normalizer = normalizers.Prepend("\u2581")
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([
        pre_tokenizers.Metaspace(prepend_scheme="never"), pre_tokenizers.Split("\n", "isolated")])
    tokenizer.decoder = decoders.Sequence([
        decoders.Replace("\u2581", " "), decoders.ByteFallback(), decoders.Fuse(),
        decoders.Strip(" ", 1, 0)])
    trainer = trainers.BpeTrainer(
        vocab_size=SIZE, min_frequency=FREQUENCY, show_progress=False,
        special_tokens=[AddedToken(t, special=True, normalized=False) for t in SPECIAL + BYTES])
    tokenizer.train_from_iterator([TEXT], trainer)

    def edit(document):
        document["added_tokens"] = [t for t in document["added_tokens"] if t["content"] in SPECIAL]
        document["model"]["unk_token"] = "<unk>"
        document["model"]["fuse_unk"] = document["model"]["byte_fallback"] = True
    return written(tokenizer, SPECIAL, edit)


def ids(tokenizer):
    plain = [tokenizer.encode(t, add_special_tokens=False).ids for t in TEXTS]
    around = [tokenizer.encode(t).ids for t in TEXTS]
    decoded = [tokenizer.decode(i) for i in plain]
    tokenizer.encode_special_tokens = True
    literal = [tokenizer.encode(t, add_special_tokens=False).ids for t in TEXTS]
    return {"plain": plain, "around": around, "literal": literal, "decoded": decoded}


def write(name, value):
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    (HERE / name).write_text(text, encoding="utf-8", newline="")


def main():
    if sys.argv[1:2] == ["--check"]:
        for path in sorted(pathlib.Path(sys.argv[2]).glob("*.json")):
            golden = HERE / f"{path.stem}.ids.json"
            same = ids(Tokenizer.from_file(str(path))) == json.loads(golden.read_text())
            print(path.stem, "gives the same ids" if same else "DIFFERS")
        return
    if sys.argv[1:2] == ["--real"]:
        print(real(sys.argv[2]))
        return
    made = {"gpt2": byte_level(pre_tokenizers.ByteLevel(add_prefix_space=False)),
            "spaces": spaces()}
    for name, regex in REGEXES.items():
        made[name] = byte_level(split(regex))
    for name, document in made.items():
        write(f"{name}.json", document)
        write(f"{name}.ids.json", ids(Tokenizer.from_str(json.dumps(document))))
    write("unigram.ids.json", ids(Tokenizer.from_file(str(HERE / "unigram.json"))))
    write("texts.json", TEXTS)


TEXT = (HERE / "text.txt").read_bytes().decode("utf-8") if (HERE / "text.txt").exists() else ""
main()

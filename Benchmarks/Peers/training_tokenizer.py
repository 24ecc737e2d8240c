"""Tokenizer training against Hugging Face's `tokenizers`, on 20 MB of text.

The text is that of ERGON_DATA, then of the plain files under /usr/share. It has line ends after
which no word of either side's cut goes on; there it is cut into the documents that the peer needs
to use its threads, so that both sides count the same words, and their merges must be equal.

As a program, `training_tokenizer.py KIND SIZE TEXT OUT` trains the peer, prints the seconds, and
writes its tokenizer.json.
"""
import glob
import json
import os
import re
import subprocess
import sys
import tempfile
import time

from paired import row

PEER = "Hugging Face tokenizers"
LLAMA3 = (r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}"
          r"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+")
SPECIAL = ["<unk>", "<s>", "</s>"]
# Kind, pieces, bytes of text, words for the row.
ROWS = [
    ("llama3", 8000, 20_000_000, "byte-level BPE, 8,000 pieces, 20 MB"),
    ("llama3", 32000, 20_000_000, "byte-level BPE, 32,000 pieces, 20 MB"),
    ("unigram", 8000, 2_000_000, "unigram, 8,000 pieces, 2 MB"),
]


def collect(size):
    """Real text of this many bytes, always the same on one machine."""
    data = os.environ.get("ERGON_DATA", "")
    names = [os.path.join(data, name) for name in (
        "tinyshakespeare/input.txt", "wikitext-2/valid.txt", "ag_news/test.csv")] if data else []
    names += sorted(glob.glob("/usr/share/**/*", recursive=True))
    text = bytearray()
    for name in names:
        if len(text) >= size:
            break
        if not os.path.isfile(name) or os.path.getsize(name) > 4_000_000:
            continue
        try:
            with open(name, "rb") as file:
                content = file.read()
            content.decode("utf-8")
        except (OSError, UnicodeDecodeError):
            continue
        if b"\0" not in content:
            text += content + b"\n"
    if len(text) < size:
        raise RuntimeError(f"only {len(text)} bytes of text here; name a folder in ERGON_DATA")
    return bytes(text[:size]).decode("utf-8", errors="ignore").encode()


def documents(text):
    parts, start = [], 0
    for match in re.finditer(r"(?<=[!-~]\n)(?=[A-Za-z0-9])", text):
        if match.start() - start > 20_000:
            parts.append(text[start:match.start()])
            start = match.start()
    return parts + [text[start:]]


def train_peer(kind, size, path, out):
    from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, trainers
    with open(path, encoding="utf-8", newline="") as file:
        parts = documents(file.read())
    if kind == "unigram":
        tokenizer = Tokenizer(models.Unigram())
        tokenizer.normalizer = normalizers.Prepend("\u2581")
        tokenizer.pre_tokenizer = pre_tokenizers.Sequence([
            pre_tokenizers.Metaspace(prepend_scheme="never"),
            pre_tokenizers.Split("\n", "isolated")])
        trainer = trainers.UnigramTrainer(
            vocab_size=size, unk_token="<unk>", special_tokens=SPECIAL, show_progress=False)
    else:
        tokenizer = Tokenizer(models.BPE())
        tokenizer.pre_tokenizer = pre_tokenizers.Sequence([
            pre_tokenizers.Split(Regex(LLAMA3), "isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)])
        trainer = trainers.BpeTrainer(
            vocab_size=size, min_frequency=2, special_tokens=SPECIAL, show_progress=False,
            initial_alphabet=pre_tokenizers.ByteLevel.alphabet())
    start = time.perf_counter()
    tokenizer.train_from_iterator(parts, trainer)
    print(time.perf_counter() - start)
    tokenizer.save(out)


def tokens_a_byte(path, text):
    from tokenizers import Tokenizer
    tokenizer = Tokenizer.from_file(path)
    part = text[:1_000_000].decode("utf-8", errors="ignore")
    return sum(len(tokenizer.encode(p).ids) for p in documents(part)) / len(part.encode())


def rows(binary, repeats, threads_list):
    """A row for each vocabulary and number of threads, and the peer's tokens a byte beside ours."""
    with tempfile.TemporaryDirectory() as folder:
        ours, theirs = os.path.join(folder, "ours.json"), os.path.join(folder, "theirs.json")
        for kind, size, count, measure in ROWS:
            path = os.path.join(folder, "text.txt")
            text = collect(count)
            with open(path, "wb") as file:
                file.write(text)
            for threads in threads_list:
                environment = dict(os.environ, RAYON_NUM_THREADS=str(threads))
                sides = [
                    [binary, "tokenizer", kind, str(size), str(threads), path, ours],
                    [sys.executable, os.path.abspath(__file__), kind, str(size), path, theirs],
                ]
                pairs = []
                for index in range(repeats):
                    both = {}
                    for which in (0, 1) if index % 2 == 0 else (1, 0):
                        both[which] = float(subprocess.run(
                            sides[which], check=True, capture_output=True, text=True,
                            env=environment).stdout)
                    pairs.append((both[0], both[1]))
                yield row(f"{measure}: training", "s", [p[0] for p in pairs], PEER,
                          [p[1] for p in pairs], threads)
            if kind != "unigram":
                merges = []
                for name in (ours, theirs):
                    with open(name, encoding="utf-8") as file:
                        merges.append(json.load(file)["model"]["merges"])
                if merges[0] != merges[1]:
                    raise RuntimeError(f"{measure}: the two sides learnt different merges")
            else:
                yield row(f"{measure}: tokens a byte", "", [tokens_a_byte(ours, text)], PEER,
                          [tokens_a_byte(theirs, text)])


if __name__ == "__main__":
    train_peer(sys.argv[1], int(sys.argv[2]), sys.argv[3], sys.argv[4])

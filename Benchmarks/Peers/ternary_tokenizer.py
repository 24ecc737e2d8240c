"""A byte-level vocabulary of 150,000 merges and a text, and Hugging Face's tokenizers timed on them.

  ternary_tokenizer.py TOKENIZER.json TEXT    one JSON object
"""
import glob
import json
import os
import sys
import sysconfig
import time

MERGES = 150_000


def make(folder):
    """Trains the vocabulary once, on the sources of Python's own library; a tenth of them is the text."""
    path = os.path.join(folder, "tokenizer.json")
    corpus = os.path.join(folder, "corpus.txt")
    if os.path.exists(path) and os.path.exists(corpus):
        return path, corpus
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

    files = sorted(glob.glob(sysconfig.get_paths()["stdlib"] + "/**/*.py", recursive=True))
    texts = [open(f, encoding="utf-8", errors="ignore").read() for f in files]
    with open(corpus, "w", encoding="utf-8") as out:
        out.write("\n".join(texts[::10])[: 4 << 20])
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=MERGES + 256, min_frequency=1, show_progress=False,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet())
    tokenizer.train_from_iterator(texts, trainer)
    tokenizer.save(path)
    return path, corpus


def main():
    os.environ["TOKENIZERS_PARALLELISM"] = "false"
    from tokenizers import Tokenizer

    path, corpus = sys.argv[1:]
    text = open(corpus, encoding="utf-8").read()
    start = time.perf_counter()
    tokenizer = Tokenizer.from_file(path)
    loaded = time.perf_counter() - start
    # As long pieces as a server is given, once to warm up.
    pieces = [text[i:i + 16384] for i in range(0, len(text), 16384)]
    for _ in range(2):
        start = time.perf_counter()
        tokens = sum(len(tokenizer.encode(piece).ids) for piece in pieces)
        seconds = time.perf_counter() - start
    print(json.dumps({
        "loadS": loaded, "bytesPerS": len(text.encode()) / seconds, "tokens": tokens}))


if __name__ == "__main__":
    main()

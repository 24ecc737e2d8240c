#!/usr/bin/env python3
"""Trains small tokenizers of every kind with Hugging Face's `tokenizers` and writes what they give.

    pip install tokenizers==0.23.*
    python make.py English.txt      # any plain English text: only its pieces enter the files

texts.json holds the texts; NAME.json is a tokenizer.json; NAME.out.json holds, for each text, the
ids without and with special tokens around it, the ids where special tokens in the text are text,
and what the first ids decode to.
"""
import json
import pathlib
import random
import sys

from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers
from tokenizers import pre_tokenizers, processors, trainers

HERE = pathlib.Path(__file__).resolve().parent
CONTRACTIONS = "(?i:'s|'t|'re|'ve|'m|'ll|'d)"
TAIL = r"|\s*[\r\n]+|\s+(?!\S)|\s+"
UPPER, LOWER = r"[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]", r"[\p{Ll}\p{Lm}\p{Lo}\p{M}]"


def llama3_regex(digits):
    words = r"|[^\r\n\p{L}\p{N}]?\p{L}+|"
    return CONTRACTIONS + words + digits + r"| ?[^\s\p{L}\p{N}]+[\r\n]*" + TAIL


def gpt4o_regex(digits, contractions):
    start = r"[^\r\n\p{L}\p{N}]?"
    lower = start + UPPER + "*" + LOWER + "+" + contractions
    upper = start + UPPER + "+" + LOWER + "*" + contractions
    return lower + "|" + upper + "|" + digits + r"| ?[^\s\p{L}\p{N}]+[\r\n/]*" + TAIL


GPT2 = r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"
DEEPSEEK = [r"\p{N}{1,3}", "[\u4e00-\u9fa5\u3040-\u309f\u30a0-\u30ff]+", (
    r"""[!"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+"""
    r"""| ?[\p{P}\p{S}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"""
)]

TEXTS = [
    "", " ", "  ", "   ", "\t", "\n", "\n\n", "\r\n", " \n", "\n ", "\t\n ", "a", " a", "a ", "  a  ",
    "Hello world", " Hello World!", "Hello, world! How are you?", "hello   there    friend",
    "It's we're I'll you've he'd I'm don't", "IT'S WE'RE I'LL YOU'VE HE'D I'M DON'T", "it\u2019s",
    "'s 't 're 've 'm 'll 'd 'x ''' '", "it'\u017f 'S 'rE 'Ll", "he's'll", "x'sy 'tis",
    "0 1 12 123 1234 12345 123456 1234567", "3.14 1,000,000 1e-5 0x1F", "\u00b2\u00b3\u00bd \u2163 \u0967\u0968\u0969\u096a",
    "a1b2c3 1a 22bb 333ccc4444", "CamelCaseHTTPServer iPhone XMLHttpRequest", "ABC ABc AbC aBC abC",
    "USA's McDonald's O'Neill", "\u00c9cole \u00c9COLE \u00e9cole e\u0301cole E\u0301COLE", "na\u00efve caf\u00e9 Z\u00fcrich \u00c5ngstr\u00f6m",
    "\u01c5ungla \u01c8 \u01cb", "\u02b0\u02b2 x\u02b7y", "\u0130stanbul \u0131\u0130 STRASSE stra\u00dfe \u1e9e",
    "\u041f\u0440\u0438\u0432\u0435\u0442, \u043c\u0438\u0440! \u043d\u0435\u0449\u043e \u043d\u0430 \u0411\u044a\u043b\u0433\u0430\u0440\u0441\u043a\u0438",
    "\u0393\u03b5\u03b9\u03ac \u03c3\u03bf\u03c5 \u039a\u03cc\u03c3\u03bc\u03b5 \u03a3\u03a3 \u03c3\u03c2", "\u05e9\u05dc\u05d5\u05dd \u05e2\u05d5\u05dc\u05dd \u05e9\u05b8\u05c1\u05dc\u05d5\u05b9\u05dd",
    "\u0645\u0631\u062d\u0628\u0627 \u0628\u0627\u0644\u0639\u0627\u0644\u0645 \u0645\u064f\u062d\u064e\u0645\u064e\u0651\u062f", "\u0928\u092e\u0938\u094d\u0924\u0947 \u0926\u0941\u0928\u093f\u092f\u093e \u0915\u094d\u0937",
    "\u0e2a\u0e27\u0e31\u0e2a\u0e14\u0e35\u0e0a\u0e32\u0e27\u0e42\u0e25\u0e01", "\u1780\u17b6\u1793\u17cb\u178f\u17c2\u1796\u17b7\u179f\u17c1\u179f", "\u4f60\u597d\uff0c\u4e16\u754c\uff01\u6211\u60f3\u5728apple\u5de5\u4f5c1314151\u5929\uff5e",
    "\u6f22\u5b57\u304b\u306a\u4ea4\u3058\u308a\u6587 \u30ab\u30bf\u30ab\u30ca \uff8a\uff9d\uff76\uff78", "\ud55c\uad6d\uc5b4 \uc785\ub2c8\ub2e4 \u1112\u1161\u11ab", "\uff28\uff45\uff4c\uff4c\uff4f\u3000\uff11\uff12\uff13 \ufb01\ufb02 \u2460\u2461",
    "\U0001f600\U0001f680 \U0001f1e9\U0001f1ea \u2764\ufe0f \u2705", "\U0001f468\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466 \U0001f636\u200d\U0001f32b\ufe0f \U0001f44d\U0001f3fd",
    "\U0001d54f\U0001d400 \U00020000\U00020001 \U0001f130a", "a\u0300\u0301\u0302b \u0300 \u0301x", "s\u0323\u0307 s\u0307\u0323 q\u0307\u0323 \u1e69",
    "a\u200bb a\u00adb a\ufeffb \u202eabc\u202c", "a\u00a0b a\u2003b a\u3000b \u2028x\u2029y a\u0085b", "a\u0000b \u0001\u0002\u001f\u007f", "\ufffd\ufffe x\ue000y",
    "!!!", "...", "?!?!", "---===+++", "''''''```````\"\"\"\"......!!!!!!??????", "#include <stdio.h>\nint main() { return 0; }\n",
    "def f(x):\n    return x**2  # square\n\n\n\tif a != b:\n\t\tpass", "https://example.com/a/b?c=d&e=f#g//h", "path/to/file.txt /usr/bin //\n/\n",
    "user@example.org", "$100 \u20ac50 \u00a320 \u00a55 50% \u00b15\u00b0", "\u00ab\u00a0Bonjour\u00a0\u00bb \u201cquoted\u201d \u2018x\u2019 \u2014 \u2013 \u2026", "a_b __init__ x_1 \u203f", "{\"key\": [1, 2.5, null], \"b\": \"\\u00e9\\n\"}",
    "<b>bold</b> &amp; <br/>", "\n\n\na\n\n  b\r\n\r\n c \t d\n", "   \n   \n  x", "x   \n", "x \n y", "end\n\n\n", " \t \t a", "a\n b\n  c\n   d\n    e", "\u3000\u3000x  \u00a0 y",
    "<|endoftext|>", "Hi<|endoftext|>there", "<|begin_of_text|>a<|eot_id|> b", "<|im_start|>user\nHi<|im_end|>\n", "<tool_call>{}</tool_call>", "x <mask> y", "x  <mask>  y", "[CLS] a [MASK] b [SEP]", "a[MASK]b",
    "<s>a</s> b", "<pad><unk>", "alpha beta alphabet alpha-beta ALPHA alpha", "rs rs  x", "<0x41> <0x0A>", "##ing [UNK]", "\u2581a \u2581 \u2581\u2581b", "\u0120hello \u010a",
    "the quick brown fox jumps over the lazy dog " * 3, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    "x" * 300, "ab" * 60 + " " + "=" * 90, "\u4e00" * 50, "supercalifragilisticexpialidocious antidisestablishmentarianism",
    "ROMEO:\nBut, soft! what light through yonder window breaks?\nIt is the east, and Juliet is the sun.", "Tokenization isn't trivial; it's 42 times harder than you'd think\u2014really!",
    "do not . , ? ! n't 's 've 're 'm", "\u00bfQu\u00e9? \u00a1S\u00ed! se\u00f1or", "Vi\u1ec7t Nam C\u1eeda", "a\u0903\u0940b \u0bb8\u0bcd\u0bb0\u0bc0 k\u0328", "\u216b\u2460\u00bc x\u2075 \u06f1\u06f2\u06f3\u06f4", "\ttab\tseparated\tvalues\n1\t2\t3",
]


def special(*contents, **options):
    return [AddedToken(content, special=True, normalized=False, **options) for content in contents]


def byte_level(name, pre, tokens, normalizer=None, post=None, ignore_merges=False, extra=()):
    tokenizer = Tokenizer(models.BPE(ignore_merges=ignore_merges))
    if normalizer:
        tokenizer.normalizer = normalizer
    # Trained without the pattern, merges cross its boundaries, and a wrong cut shows in the ids.
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=900, initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()),
        show_progress=False, special_tokens=special(*tokens))
    return train(name, tokenizer, trainer, post, extra, pre=pre)


def train(name, tokenizer, trainer, post=None, extra=(), edit=None, pre=None):
    tokenizer.train_from_iterator(CORPUS, trainer)
    if pre:
        tokenizer.pre_tokenizer = pre
    tokenizer.add_tokens(list(extra))
    if post:
        tokenizer.post_processor = post(tokenizer)
    text = tokenizer.to_str()
    if edit:
        text = json.dumps(edit(json.loads(text)), ensure_ascii=False)
        tokenizer = Tokenizer.from_str(text)
    (HERE / f"{name}.json").write_text(
        json.dumps(json.loads(text), ensure_ascii=False, separators=(",", ":")))
    plain = [tokenizer.encode(t, add_special_tokens=False).ids for t in TEXTS]
    around = [tokenizer.encode(t).ids for t in TEXTS]
    decoded = [tokenizer.decode(ids) for ids in plain]
    tokenizer.encode_special_tokens = True
    literal = [tokenizer.encode(t, add_special_tokens=False).ids for t in TEXTS]
    write(f"{name}.out.json",
          {"plain": plain, "around": around, "literal": literal, "decoded": decoded})


def write(name, value):
    (HERE / name).write_text(json.dumps(value, ensure_ascii=False, separators=(",", ":")) + "\n")


def write_cuts():
    """What each pattern cuts random strings of difficult characters into, as lengths in UTF-8."""
    hard = list("aaAAbBsStTdDmMlLrReEvV''  \n\r\t\t0129.,!/\\-_<$+") + [
        "\u00e9", "\u00c9", "\u0301", "\u0903", "\u01c5", "\u02b0", "\u4e00", "\u3042", "\u30fb", "\uac00", "\u0663",
        "\u00bd", "\u2163", "\u3000", "\u00a0", "\u2028", "\u0085", "\u200d", "\u20ac", "\u00ab", "\U0001f600", "\U0001f3fd",
        "\u0000", "\u001c", "\u017f", "\ue000", "\u05d0", "'s", "'ll", "'RE", "  ", "\r\n", "   "]
    draw = random.Random(1)
    texts = ["".join(draw.choices(hard, k=draw.randint(1, 24))) for _ in range(250)] + TEXTS
    patterns = {
        "gpt2": [GPT2], "llama3": [llama3_regex(r"\p{N}{1,3}")], "qwen2": [llama3_regex(r"\p{N}")],
        "gpt4o": [gpt4o_regex(r"\p{N}{1,3}", CONTRACTIONS + "?")],
        "tekken": [gpt4o_regex(r"\p{N}", "")], "starcoder": [r"\p{N}", GPT2], "deepseek3": DEEPSEEK}
    cuts = {}
    for name, regexes in patterns.items():
        pre = pre_tokenizers.Sequence([pre_tokenizers.Split(Regex(r), "isolated") for r in regexes])
        cuts[name] = [[len(piece.encode()) for piece, _ in pre.pre_tokenize_str(t)] for t in texts]
    write("cuts.json", {"texts": texts, "cuts": cuts})


def template(single, *names):
    return lambda t: processors.TemplateProcessing(
        single=single, special_tokens=[(n, t.token_to_id(n)) for n in names])


def split_bytes(*regexes):
    splits = [pre_tokenizers.Split(Regex(r), "isolated") for r in regexes]
    return pre_tokenizers.Sequence(
        splits + [pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)])


def string_merges(value):
    value["model"]["merges"] = [" ".join(pair) for pair in value["model"]["merges"]]
    return value


BYTE_PIECES = [f"<0x{byte:02X}>" for byte in range(256)]


def sentence_pieces(name, pre=None, normalizer=None, decoder=None, edit=None):
    tokenizer = Tokenizer(models.BPE(unk_token="<unk>", byte_fallback=True, fuse_unk=True))
    if normalizer:
        tokenizer.normalizer = normalizer
    if pre:
        tokenizer.pre_tokenizer = pre
    tokenizer.decoder = decoder or decoders.Sequence([
        decoders.Replace("\u2581", " "), decoders.ByteFallback(), decoders.Fuse(),
        decoders.Strip(" ", 1, 0)])
    trainer = trainers.BpeTrainer(
        vocab_size=900, show_progress=False, limit_alphabet=90,
        special_tokens=special("<unk>", "<s>", "</s>") + [AddedToken(p, normalized=False) for p in BYTE_PIECES])

    def without_byte_tokens(value):
        names = set(BYTE_PIECES)
        value["added_tokens"] = [t for t in value["added_tokens"] if t["content"] not in names]
        return edit(value) if edit else value

    train(name, tokenizer, trainer, template("<s> $A", "<s>"), edit=without_byte_tokens)


def unigram(name, normalizer, byte_fallback=False):
    tokenizer = Tokenizer(models.Unigram())
    tokenizer.normalizer = normalizer
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    tokenizer.decoder = decoders.Metaspace()
    tokens = special("<pad>", "</s>", "<unk>")
    tokens += [AddedToken(p, normalized=False) for p in BYTE_PIECES] if byte_fallback else []
    trainer = trainers.UnigramTrainer(
        vocab_size=500 + 256 * byte_fallback, show_progress=False, unk_token="<unk>", special_tokens=tokens)

    def edit(value):
        names = set(BYTE_PIECES)
        value["added_tokens"] = [t for t in value["added_tokens"] if t["content"] not in names]
        value["model"]["byte_fallback"] = byte_fallback
        if byte_fallback:
            value["decoder"] = {"type": "Sequence", "decoders": [
                {"type": "ByteFallback"}, value["decoder"]]}
        return value

    train(name, tokenizer, trainer, template("$A </s>", "</s>"), edit=edit)


def word_piece(name, normalizer, pre, extra=(), decoder=True, post=None):
    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]", max_input_chars_per_word=100))
    if normalizer:
        tokenizer.normalizer = normalizer
    tokenizer.pre_tokenizer = pre
    if decoder:
        tokenizer.decoder = decoders.WordPiece()
    trainer = trainers.WordPieceTrainer(
        vocab_size=800, show_progress=False, limit_alphabet=250,
        special_tokens=special("[PAD]", "[UNK]", "[CLS]", "[SEP]") + special("[MASK]", lstrip=True))
    post = post or (lambda t: processors.BertProcessing(
        ("[SEP]", t.token_to_id("[SEP]")), ("[CLS]", t.token_to_id("[CLS]"))))
    train(name, tokenizer, trainer, post, extra)


ENGLISH = pathlib.Path(sys.argv[1]).read_text()[:200_000].split("\n")
CORPUS = ENGLISH + [t for t in TEXTS if "<" not in t and "[" not in t] * 8

write("texts.json", TEXTS)
write_cuts()
Byte, Metaspace = pre_tokenizers.ByteLevel, pre_tokenizers.Metaspace
byte_level("gpt2", Byte(add_prefix_space=False), ["<|endoftext|>"],
           post=lambda t: processors.ByteLevel(trim_offsets=False))
byte_level("llama3", split_bytes(llama3_regex(r"\p{N}{1,3}")), ["<|begin_of_text|>", "<|eot_id|>"],
           ignore_merges=True,
           post=lambda t: processors.Sequence([
               processors.ByteLevel(trim_offsets=False),
               template("<|begin_of_text|> $A", "<|begin_of_text|>")(t)]))
byte_level("qwen2", split_bytes(llama3_regex(r"\p{N}")), ["<|endoftext|>", "<|im_start|>", "<|im_end|>"],
           normalizer=normalizers.NFC(),
           extra=[AddedToken("<tool_call>"), AddedToken("</tool_call>", normalized=False)])
byte_level("gpt4o", split_bytes(gpt4o_regex(r"\p{N}{1,3}", CONTRACTIONS + "?")), ["<|endoftext|>"])
byte_level("tekken", split_bytes(gpt4o_regex(r"\p{N}", "")), ["<s>", "</s>"])
byte_level("starcoder", pre_tokenizers.Sequence([
    pre_tokenizers.Digits(individual_digits=True), Byte(add_prefix_space=False)]), ["<|endoftext|>"])
byte_level("deepseek3", split_bytes(*DEEPSEEK), ["<|endoftext|>"])
byte_level("roberta", Byte(add_prefix_space=True), ["<s>", "<pad>", "</s>", "<unk>"],
           post=lambda t: processors.RobertaProcessing(
               ("</s>", t.token_to_id("</s>")), ("<s>", t.token_to_id("<s>"))),
           extra=special("<mask>", lstrip=True))
sentence_pieces("llama2", edit=string_merges, normalizer=normalizers.Sequence([
    normalizers.Prepend("\u2581"), normalizers.Replace(" ", "\u2581")]))
sentence_pieces("mistral", pre=Metaspace(prepend_scheme="first", split=False))
sentence_pieces("gemma", pre=pre_tokenizers.Split(" ", "merged_with_previous"),
                normalizer=normalizers.Replace(" ", "\u2581"), decoder=decoders.Sequence([
                    decoders.Replace("\u2581", " "), decoders.ByteFallback(), decoders.Fuse()]))
word_piece("bert", normalizers.BertNormalizer(), pre_tokenizers.BertPreTokenizer())
word_piece("bert-cased", normalizers.BertNormalizer(lowercase=False, handle_chinese_chars=False),
           pre_tokenizers.BertPreTokenizer(), extra=[
               AddedToken("alpha", single_word=True), AddedToken("rs", rstrip=True, lstrip=True)])
word_piece("words", normalizers.Sequence([normalizers.NFD(), normalizers.Lowercase(), normalizers.StripAccents()]),
           pre_tokenizers.Sequence([pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Punctuation(),
                                    pre_tokenizers.Digits()]), decoder=False,
           post=template("[CLS] $A [SEP]", "[CLS]", "[SEP]"))
word_piece("plain-words", None, pre_tokenizers.Whitespace(), decoder=False)
unigram("unigram", normalizers.Sequence([normalizers.NFKC(), normalizers.Lowercase()]))
unigram("unigram-bytes", normalizers.Sequence([normalizers.NFKD(), normalizers.Strip()]), True)

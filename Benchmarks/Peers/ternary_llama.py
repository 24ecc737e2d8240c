"""llama.cpp as the package llama-cpp-python brings it, timed through its C interface.

  ternary_llama.py MODEL THREADS PROMPTS TOKENS [SEQUENCES]    one JSON object

The same work as `ergon bench lm`: each test once without the clock, then once with it.
"""
import ctypes
import json
import sys
import time

import llama_cpp


@llama_cpp.llama_log_callback
def silent(level, text, data):
    pass


def main():
    path, threads = sys.argv[1], int(sys.argv[2])
    prompts = [int(n) for n in sys.argv[3].split(",") if int(n)]
    generated = int(sys.argv[4])
    llama_cpp.llama_log_set(silent, ctypes.c_void_p(0))
    llama_cpp.llama_backend_init()
    start = time.perf_counter()
    model = llama_cpp.llama_model_load_from_file(
        path.encode(), llama_cpp.llama_model_default_params())
    if not model:
        sys.exit(f"llama.cpp cannot read {path}")
    parameters = llama_cpp.llama_context_default_params()
    parameters.n_ctx = max(prompts + [generated, 512]) + 8
    parameters.n_batch = 2048
    parameters.n_ubatch = 512
    parameters.n_threads = parameters.n_threads_batch = threads
    context = llama_cpp.llama_init_from_model(model, parameters)
    loaded = time.perf_counter() - start
    vocabulary = llama_cpp.llama_vocab_n_tokens(llama_cpp.llama_model_get_vocab(model))
    memory = llama_cpp.llama_get_memory(context)

    def decode(tokens):
        ids = (llama_cpp.llama_token * len(tokens))(*tokens)
        batch = llama_cpp.llama_batch_get_one(ids, len(tokens))
        if llama_cpp.llama_decode(context, batch) != 0:
            sys.exit("llama.cpp cannot decode")
        llama_cpp.llama_synchronize(context)

    def prompt(count):
        decode([i * 7919 % vocabulary for i in range(count)])

    def generate(count):
        for index in range(count):
            decode([index % vocabulary])

    tests = {}
    for name, count, run in [(f"pp{n}", n, prompt) for n in prompts] + (
            [(f"tg{generated}", generated, generate)] if generated else []):
        for _ in range(2):
            llama_cpp.llama_memory_clear(memory, True)
            begin = time.perf_counter()
            run(count)
            seconds = time.perf_counter() - begin
        tests[name] = count / seconds
    peak = int(next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM")))
    print(json.dumps({"tests": tests, "loadS": loaded, "peakMemoryB": peak * 1024}))


main()

#!/usr/bin/env python3
"""Makes Tests/ErgonDataTests/Fixtures.swift: small arrays and archives by NumPy 2.4.6 and Python.

    pip install numpy==2.4.6
    python3 Tests/Golden/arrays.py > Tests/ErgonDataTests/Fixtures.swift
"""
import base64
import io
import tarfile
import warnings
import zipfile

import numpy as np
from numpy.lib import format as npy

warnings.simplefilter("ignore")


def text(data):
    encoded = base64.b64encode(data).decode()
    lines = [encoded[i:i + 88] for i in range(0, len(encoded), 88)]
    return '"""\n' + "\n".join("      " + line for line in lines) + '\n      """'


def saved(array, version=None):
    file = io.BytesIO()
    npy.write_array(file, array, version=version)
    return file.getvalue()


def numbers(array):
    flat = array.flatten(order="C")
    if flat.dtype.kind == "c":
        flat = np.stack([flat.real, flat.imag], axis=-1).flatten()
    return "[" + ", ".join(repr(float(v)) for v in flat) + "]"


base = np.arange(24).reshape(2, 3, 4)
arrays = [("bool", (base % 3 == 0))]
for code in ["i1", "u1", "<i2", ">i2", "<u2", ">u2", "<i4", ">i4", "<u4", ">u4", "<i8", ">i8",
             "<u8", ">u8", "<f2", ">f2", "<f4", ">f4", "<f8", ">f8"]:
    sign = -1 if "u" not in code else 1
    arrays.append((code, (base * 5 * sign + (0.5 if "f" in code else 0)).astype(code)))
arrays.append(("<c8", (base + 1j * base[::-1]).astype("<c8")))
arrays.append((">c16", (base - 2j * base).astype(">c16")))
arrays.append(("half limits", np.array(
    [0.0, -0.0, 2.0 ** -24, -6.1e-5, 65504, 1.0009765625], dtype="<f2")))
arrays.append(("one number", np.array(7.25)))
arrays.append(("nothing", np.zeros((3, 0, 2), dtype="<f4")))
fixtures = [(name, array, None) for name, array in arrays]
fixtures += [("Fortran order " + name, np.asfortranarray(array), None) for name, array in arrays
             if name in ["i1", "<f4", ">f8", "<c8"]]
fixtures += [(f"version {v}.0", base.astype("<i4"), (v, 0)) for v in (1, 2, 3)]

print("// Made by Tests/Golden/arrays.py; do not edit.")
print()
print("/// An array file by NumPy, and its numbers in row-major order.")
print("struct ArrayFixture: Sendable {")
print("  let name: String")
print("  let shape: [Int]")
print("  /// Real and imaginary parts in turn where there are both.")
print("  let values: [Double]")
print("  /// Base64 of the file.")
print("  let file: String")
print()
print("  static let all: [ArrayFixture] = [")
for name, array, version in fixtures:
    print("    ArrayFixture(")
    print(f'      name: "{name}", shape: {list(array.shape)},')
    print(f"      values: {numbers(array)},")
    print(f"      file: {text(saved(array, version))}),")
print("  ]")
print()

objects = saved(np.array([{}, None], dtype=object))
structured = saved(np.zeros(2, dtype=[("a", "<f4"), ("b", "<i4")]))
strings = saved(np.array(["ab", "c"]))
print("  static let refused = [")
for data in (objects, structured, strings):
    print(f"    {text(data)},")
print("  ]")
print("}")
print()

plain, packed = io.BytesIO(), io.BytesIO()
weight, bias = np.arange(6, dtype="<f4").reshape(2, 3), np.array([1, -1], dtype="<f8")
np.savez(plain, weight=weight, bias=bias)
np.savez_compressed(packed, weight=weight, bias=bias)

archive = io.BytesIO()
with zipfile.ZipFile(archive, "w") as file:
    file.comment = b"a comment"
    file.mkdir("folder")
    file.writestr(zipfile.ZipInfo("folder/stored.txt"), "stored")
    file.writestr(zipfile.ZipInfo("folder/packed.txt"), "packed " * 40, zipfile.ZIP_DEFLATED)
    file.writestr(zipfile.ZipInfo("empty"), "")

tar = io.BytesIO()
with tarfile.open(fileobj=tar, mode="w:gz", format=tarfile.USTAR_FORMAT) as file:
    folder = tarfile.TarInfo("folder")
    folder.type = tarfile.DIRTYPE
    file.addfile(folder)
    for name, body in (("folder/a.bin", b"abc"), ("folder/b.bin", bytes(range(256)) * 3)):
        info = tarfile.TarInfo(name)
        info.size = len(body)
        file.addfile(info, io.BytesIO(body))

print("/// Archives by NumPy and Python, in base64.")
print("enum ArchiveFixture {")
for name, data in (("savez", plain), ("savezCompressed", packed), ("zip", archive), ("tarGz", tar)):
    print(f"  static let {name} = {text(data.getvalue())}")
print("}")

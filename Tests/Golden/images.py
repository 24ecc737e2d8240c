#!/usr/bin/env python3
"""Makes Tests/ErgonImageTests/Fixtures.swift: small files by another encoder, and what that
library's own decoder makes of them. Needs Pillow 13.

    python3 Tests/Golden/images.py > Tests/ErgonImageTests/Fixtures.swift
"""
import base64
import io

from PIL import Image


def base64_lines(data):
    text = base64.b64encode(data).decode()
    lines = [text[i:i + 88] for i in range(0, len(text), 88)]
    return '"""\n' + "\n".join("      " + line for line in lines) + '\n      """'


def picture(mode, size):
    bands = {"L": 1, "RGB": 3, "CMYK": 4, "RGBA": 4, "LA": 2}[mode]
    width, height = size
    data = bytes(
        (x * 11 + y * 7 + band * 60 + (x * y) % 13) % 200 + 20
        for y in range(height) for x in range(width) for band in range(bands))
    return Image.frombytes(mode, size, data)


def encode(image, **options):
    file = io.BytesIO()
    image.save(file, **options)
    return file.getvalue()


palette = picture("RGB", (7, 5)).quantize(9)
files = [
    ("baseline JPEG", encode(picture("RGB", (9, 6)), format="JPEG", quality=90, subsampling=0)),
    ("halved colours", encode(picture("RGB", (17, 10)), format="JPEG", quality=85, subsampling=2)),
    ("progressive JPEG", encode(picture("RGB", (9, 6)), format="JPEG", quality=90, progressive=True)),
    ("grey JPEG", encode(picture("L", (8, 8)), format="JPEG", quality=95)),
    ("JPEG of printers' inks", encode(picture("CMYK", (8, 8)), format="JPEG", quality=95)),
    ("RGB PNG", encode(picture("RGB", (5, 4)), format="PNG")),
    ("palette PNG", encode(palette, format="PNG")),
    ("grey PNG with opacity", encode(picture("LA", (5, 4)), format="PNG")),
    ("PNG of one bit", encode(picture("L", (11, 3)).point(lambda v: 255 * (v > 110)).convert("1"),
                              format="PNG")),
]

print("// Made by Tests/Golden/images.py; do not edit.")
print()
print("/// A file of another encoder, and the pixels its own library decodes from it.")
print("struct ImageFixture: Sendable {")
print("  let name: String")
print("  let width: Int")
print("  let height: Int")
print("  let channels: Int")
print("  /// Base64 of the file and of the pixels.")
print("  let file: String")
print("  let pixels: String")
print()
print("  static let all: [ImageFixture] = [")
for name, data in files:
    image = Image.open(io.BytesIO(data))
    mode = {"P": "RGB", "CMYK": "RGB", "LA": "RGBA", "1": "L"}.get(image.mode, image.mode)
    pixels = image.convert(mode)
    print("    ImageFixture(")
    print(f'      name: "{name}", width: {image.width}, height: {image.height},')
    print(f"      channels: {len(pixels.getbands())},")
    print(f"      file: {base64_lines(data)},")
    print(f"      pixels: {base64_lines(pixels.tobytes())}),")
print("  ]")
print("}")

"""Pictures of every kind, and the SHA-256 of what Pillow's convert('RGB') makes of each: test/fixtures/images.

python3 scripts/golden/images.py, with Pillow 12.3 (libjpeg-turbo 3.1).
"""

import hashlib
import json
import random
import struct
import zlib
from pathlib import Path

from PIL import Image

FOLDER = Path(__file__).parents[2] / 'test/fixtures/images'
random.seed(1)


def picture(mode, width, height):
    """Edges, slopes and noise, over the whole range."""
    channels = {'L': 1, 'RGB': 3, 'CMYK': 4}[mode]
    image = Image.new(mode, (width, height))
    for y in range(height):
        for x in range(width):
            edge = 90 if (x // 5 + y // 7) % 2 else 0
            values = [(x * 7 + y * 3 * k + edge + random.randint(-20, 20)) % 256 for k in range(channels)]
            image.putpixel((x, y), tuple(values) if channels > 1 else values[0])
    return image


def jpegs():
    for mode, width, height, options in [
        ('L', 17, 33, {}),
        ('L', 8, 8, {'progressive': True}),
        ('RGB', 1, 1, {}),
        ('RGB', 33, 17, {'subsampling': 0}),
        ('RGB', 17, 33, {'subsampling': 1, 'quality': 95}),
        ('RGB', 3, 50, {'subsampling': 1}),
        ('RGB', 65, 4, {'subsampling': 2, 'quality': 30}),
        ('RGB', 2, 3, {'subsampling': 2}),
        ('RGB', 40, 21, {'subsampling': 2, 'restart_marker_blocks': 2}),
        ('RGB', 40, 21, {'subsampling': 0, 'progressive': True, 'quality': 95}),
        ('RGB', 17, 33, {'subsampling': 2, 'progressive': True, 'quality': 40}),
        ('RGB', 33, 18, {'subsampling': 1, 'progressive': True, 'restart_marker_blocks': 3}),
        ('RGB', 21, 13, {'keep_rgb': True}),
        ('RGB', 21, 13, {'optimize': True, 'quality': 1}),
        ('CMYK', 21, 13, {}),
        ('CMYK', 19, 9, {'progressive': True}),
    ]:
        words = '-'.join(f'{key}-{value}' for key, value in options.items()).replace('_', '-').lower()
        path = FOLDER / f'{mode.lower()}-{width}x{height}{"-" + words if words else ""}.jpg'
        picture(mode, width, height).save(path, **options)
        yield path


def chunk(name, content):
    body = name + content
    return struct.pack('>I', len(content)) + body + struct.pack('>I', zlib.crc32(body))


def filtered(row, above, size, kind):
    """The bytes of a row under one of PNG's five filters."""
    out = bytearray()
    for i, value in enumerate(row):
        left = row[i - size] if i >= size else 0
        up = above[i]
        corner = above[i - size] if i >= size else 0
        estimate = left + up - corner
        nearest = min((abs(estimate - each), order, each) for order, each in enumerate((left, up, corner)))[2]
        out.append((value - (0, left, up, (left + up) // 2, nearest)[kind]) % 256)
    return bytes([kind]) + bytes(out)


PASSES = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]


def pngs():
    """Every colour type and depth, plain and interlaced, with all filters; colours and alpha are random."""
    for colour, channels, depths in [(0, 1, (1, 2, 4, 8, 16)), (2, 3, (8, 16)), (3, 1, (1, 2, 4, 8)), (4, 2, (8, 16)), (6, 4, (8, 16))]:
        for depth in depths:
            for interlaced in (0, 1):
                width, height = 13, 11
                samples = [[random.randrange(2**depth) for _ in range(width * channels)] for _ in range(height)]
                data = b''
                for left, top, across, down in PASSES if interlaced else [(0, 0, 1, 1)]:
                    above = None
                    for index, y in enumerate(range(top, height, down)):
                        values = [v for x in range(left, width, across) for v in samples[y][x * channels : (x + 1) * channels]]
                        bits = ''.join(format(v, f'0{depth}b') for v in values)
                        bits += '0' * (-len(bits) % 8)
                        row = int(bits, 2).to_bytes(len(bits) // 8, 'big')
                        data += filtered(row, above or bytes(len(row)), max(1, channels * depth // 8), index % 5)
                        above = row
                content = b'\x89PNG\r\n\x1a\n'
                content += chunk(b'IHDR', struct.pack('>IIBBBBB', width, height, depth, colour, 0, 0, interlaced))
                if colour == 3:
                    colours = random.randbytes(3 * 2**depth)
                    content += chunk(b'PLTE', colours) + chunk(b'tRNS', random.randbytes(2**depth))
                compressed = zlib.compress(data)
                for start in range(0, len(compressed), 100):
                    content += chunk(b'IDAT', compressed[start : start + 100])
                path = FOLDER / f'colour-{colour}-depth-{depth}{"-interlaced" if interlaced else ""}.png'
                path.write_bytes(content + chunk(b'IEND', b''))
                yield path


def rgb(path):
    image = Image.open(path)
    if image.mode != 'I;16':
        return image.convert('RGB').tobytes()
    # Pillow clips 16 bits of grey to 255; libpng and TensorFlow keep the high byte, as Pillow does in colour.
    return bytes(value for high in image.tobytes()[1::2] for value in (high, high, high))


FOLDER.mkdir(parents=True, exist_ok=True)
sums = {}
for path in [*jpegs(), *pngs()]:
    sums[path.name] = hashlib.sha256(rgb(path)).hexdigest()
(FOLDER / 'sums.json').write_text(json.dumps(sums, indent=1) + '\n')
print(len(sums), 'pictures')

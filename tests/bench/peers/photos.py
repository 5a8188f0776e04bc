"""Writes seeded synthetic photographs as JPEG files: python3 photos.py FOLDER COUNT WIDTHxHEIGHT."""

import os
import sys

import numpy as np
from PIL import Image


def picture(rng, width, height):
    """Coloured blobs of many sizes on a gradient, with the noise of a camera."""
    octaves = sum(
        np.asarray(Image.fromarray(rng.integers(0, 256, (n, n, 3), np.uint8))
                   .resize((width, height), Image.Resampling.BICUBIC), np.float32) / n ** 0.5
        for n in (3, 7, 24, 90)
    )
    octaves *= 255 / octaves.max()
    noise = rng.normal(0, 4, (height, width, 1)).astype(np.float32)
    return Image.fromarray(np.clip(octaves + noise, 0, 255).astype(np.uint8))


def main():
    folder, count = sys.argv[1], int(sys.argv[2])
    width, height = map(int, sys.argv[3].split("x"))
    rng = np.random.default_rng(0)
    pictures = [picture(rng, width, height) for _ in range(min(count, 50))]
    for i in range(count):
        # Few scenes, each flipped and shifted: making them takes longer than reading them.
        image = pictures[i % len(pictures)]
        pixels = np.roll(np.asarray(image), (7 * i) % width, axis=1)
        Image.fromarray(pixels).save(os.path.join(folder, f"{i:06}.jpg"), quality=85)


if __name__ == "__main__":
    main()

"""Labels with ten-character contents, the same at each run."""

from random import Random

from labels.content import Label

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def codes(number: int, seed: int = 1) -> list[str]:
    chance = Random(seed)
    return ["S" + "".join(chance.choices(ALPHABET, k=9)) for _ in range(number)]


def label(code: str, *captions: str) -> Label:
    return Label(code, f"{code[:4]}-{code[4:8]}-{code[8:]}", captions)


def labels(number: int, seed: int = 1) -> list[Label]:
    return [label(code) for code in codes(number, seed)]

"""The kinds of symbols that labels wear."""

from enum import StrEnum


class Symbology(StrEnum):
    CODE_128 = "Code 128"
    DATA_MATRIX = "Data Matrix"
    QR = "QR Code"

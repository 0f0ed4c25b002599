"""A person's sex, as the identity zone and the lists of names write it."""

from enum import StrEnum


class Sex(StrEnum):
    FEMALE = "female"
    MALE = "male"

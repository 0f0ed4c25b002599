"""What a signature can mean. Stored with it, for ever: never rename one."""

from enum import StrEnum


class Meaning(StrEnum):
    APPROVED = "approved"
    AUTHORED = "authored"
    REJECTED = "rejected"
    RELEASED = "released"
    REVIEWED = "reviewed"
    WITNESSED = "witnessed"

"""Whom we trust: logs, witnesses and their quorum, by c2sp.org/tlog-policy. Pure."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path

from lims.audit.notes import BadNote, Kind, Verifier
from lims.errors import BadInput

NONE = "none"
LOG_KINDS = {Kind.ED25519, Kind.ML_DSA_44}
WITNESS_KINDS = {Kind.COSIGNATURE, Kind.ML_DSA_44}


class BadPolicy(BadInput):
    """The policy file cannot be followed; the text names the line."""


@dataclass(frozen=True)
class Log:
    key: Verifier
    url: str = ""


@dataclass(frozen=True)
class Witness:
    """One key of a witness. `name` has a meaning inside the policy alone."""

    name: str
    key: Verifier
    url: str = ""


@dataclass(frozen=True)
class Door:
    """One address where a witness answers, with all its keys that we know."""

    url: str
    keys: tuple[Verifier, ...]

    @property
    def name(self) -> str:
        return self.keys[0].name


@dataclass
class Policy:
    logs: list[Log] = field(default_factory=list)
    witnesses: dict[str, Witness] = field(default_factory=dict)
    groups: dict[str, tuple[int, tuple[str, ...]]] = field(default_factory=dict)
    """Name to how many of which members are needed."""
    quorum: str = ""

    @property
    def doors(self) -> list[Door]:
        """Whom a log asks: each address once, in the order of the addresses."""
        reached = sorted(
            (one for one in self.witnesses.values() if one.url), key=lambda one: one.url
        )
        return [
            Door(url, tuple(one.key for one in found))
            for url, found in groupby(reached, key=lambda one: one.url)
        ]

    def is_met(self, cosigned: Iterable[Verifier]) -> bool:
        """Whether these keys' cosignatures are enough."""
        keys = {one.vkey for one in cosigned}
        return self.quorum == NONE or self._has(self.quorum, keys)

    def _has(self, name: str, keys: set[str]) -> bool:
        if name in self.witnesses:
            return self.witnesses[name].key.vkey in keys
        needed, members = self.groups[name]
        return sum(self._has(one, keys) for one in members) >= needed


def read(path: Path | None) -> Policy:
    """The policy of this installation; without a file nobody is trusted or asked."""
    if path is None:
        return Policy(quorum=NONE)
    try:
        return parse(path.read_bytes())
    except OSError as error:
        raise BadPolicy(
            f"The policy '{path}' cannot be read: {error.strerror}."
        ) from error


def parse(raw: bytes) -> Policy:
    """Names are opaque bytes by the source, so they are read as they stand."""
    if not raw.endswith(b"\n") or any(b < 0x20 and b not in b"\t\n" for b in raw):  # noqa: PLR2004 - control characters
        raise BadPolicy(
            "A policy holds lines that each end in a newline, and no other control "
            "character than the tab."
        )
    found = Policy()
    for number, line in enumerate(raw.decode("utf-8", "surrogateescape").split("\n")):
        words = line.replace("\t", " ").strip(" ").split(" ")
        words = [word for word in words if word]
        if words and not words[0].startswith("#"):
            try:
                _READERS[words[0]](found, *words[1:])
            except (KeyError, TypeError, ValueError, BadNote) as error:
                told = _shown(line)
                raise BadPolicy(
                    f"Line {number + 1} of the policy, '{told}': {_why(error)}"
                ) from error
    if not found.quorum:
        raise BadPolicy("The policy has no line 'quorum'; 'quorum none' asks for none.")
    return found


def _log(policy: Policy, vkey: str, url: str = "") -> None:
    key = _key(vkey, LOG_KINDS)
    _expect(
        key.public not in {one.key.public for one in policy.logs},
        "this log's key stands there already.",
    )
    policy.logs.append(Log(key, url))


def _witness(policy: Policy, name: str, vkey: str, url: str = "") -> None:
    key = _key(vkey, WITNESS_KINDS)
    _expect_free(policy, name)
    known = {one.key.public for one in policy.witnesses.values()}
    _expect(key.public not in known, "this witness's key stands there already.")
    policy.witnesses[name] = Witness(name, key, url)


def _group(policy: Policy, name: str, many: str, *members: str) -> None:
    _expect_free(policy, name)
    _expect(bool(members), "a group has at least one member.")
    known = policy.witnesses.keys() | policy.groups.keys()
    used = {one for _, inside in policy.groups.values() for one in inside}
    for one in members:
        _expect(one in known, f"'{_shown(one)}' is not named above.")
        _expect(one not in used, f"'{_shown(one)}' is in another group already.")
    _expect(len(set(members)) == len(members), "a member is named twice.")
    needed = {"any": 1, "all": len(members)}.get(many) or _count(many)
    _expect(1 <= needed <= len(members), f"from 1 to {len(members)} can be needed.")
    policy.groups[name] = (needed, members)


def _quorum(policy: Policy, name: str) -> None:
    _expect(not policy.quorum, "there is one quorum only.")
    known = policy.witnesses.keys() | policy.groups.keys() | {NONE}
    _expect(name in known, f"'{_shown(name)}' is not named above.")
    policy.quorum = name


_READERS: Mapping[str, Callable[..., None]] = {
    "group": _group,
    "log": _log,
    "quorum": _quorum,
    "witness": _witness,
}


def _key(vkey: str, kinds: set[Kind]) -> Verifier:
    key = Verifier.parse(vkey)
    _expect(key.kind in kinds, "a key of this type does not sign such lines.")
    return key


def _expect_free(policy: Policy, name: str) -> None:
    taken = policy.witnesses.keys() | policy.groups.keys() | {NONE}
    _expect(name not in taken, f"the name '{_shown(name)}' is taken.")


def _count(text: str) -> int:
    _expect(text.isascii() and text.isdigit(), f"'{_shown(text)}' is no number.")
    return int(text)


def _expect(truth: bool, sentence: str) -> None:  # noqa: FBT001 - reads as an assertion
    if not truth:
        raise ValueError(sentence)


def _shown(text: str) -> str:
    return text.encode("utf-8", "replace").decode()[:80]


def _why(error: Exception) -> str:
    match error:
        case KeyError():
            return f"expected one of {', '.join(_READERS)}."
        case TypeError():
            return "it has too few or too many words."
    return str(error)

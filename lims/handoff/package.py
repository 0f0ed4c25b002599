"""What is handed over: one version of one profile, as canonical JSON. Pure.

The envelope is a CloudEvent 1.0; the bytes are RFC 8785, so that whoever holds them
can compute the same digest. A field that is not listed here cannot leave (rule J4):
no name, no free text, no place.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from hashlib import sha256
from importlib.resources import files
import json
from typing import TYPE_CHECKING, Any, cast

import rfc8785

from lims.errors import BadInput

if TYPE_CHECKING:
    from jsonschema import Draft202012Validator

PROFILE = "org.nomen.profile.finalised.v1"
RECEIPT = "org.nomen.receipt.{state}.v1"
ANSWERS = ("received", "loaded", "recalled", "rejected")


@dataclass(frozen=True)
class Locus:
    name: str
    alleles: tuple[str, ...]
    """As text, each once: a typed locus with one allele is homozygous, or of the Y."""
    status: str
    """typed, partial (a partner may have dropped out), no_result or off_ladder."""
    replicates: int


@dataclass(frozen=True)
class FinishedProfile:
    code: str
    version: int
    stream: str
    quality: str
    kits: tuple[str, ...]
    loci: tuple[Locus, ...]
    signers: Mapping[str, str]
    """Part to the badge of who signed it; never a name."""


@dataclass(frozen=True)
class Package:
    id: str
    """Constant over every attempt: the receiver's key against doubles."""
    laboratory: str
    sequence: int
    prepared_at: datetime
    profile: FinishedProfile


def render(package: Package) -> bytes:
    """The exact bytes that are kept, sent and hashed."""
    body = rfc8785.dumps(_envelope(package))
    check(body)
    return body


def digest(body: bytes) -> str:
    return sha256(body).hexdigest()


def check(body: bytes) -> dict[str, Any]:
    """The message, if it is as the published schema says; else BadInput says where."""
    return checked(body, "package")


def read_receipt(body: bytes) -> dict[str, Any]:
    """A receiver's answer, if it is as the published schema says."""
    return checked(body, "receipt")


def checked(body: bytes, form: str) -> dict[str, Any]:
    """The message of one of the published forms; BadInput says where it is none."""
    try:
        message = json.loads(body.decode("utf-8"))
    except ValueError as error:
        raise BadInput(f"The {form} is no JSON in UTF-8: {error}.") from error
    faults = sorted(
        _validator(form).iter_errors(message), key=lambda one: one.json_path
    )
    if faults:
        where = faults[0].json_path
        raise BadInput(f"The {form} breaks the schema at {where}: {faults[0].message}.")
    return cast("dict[str, Any]", message)


@cache
def _validator(form: str) -> "Draft202012Validator":
    from jsonschema import Draft202012Validator  # noqa: PLC0415 - 3 MB, at first use

    text = files("lims.handoff").joinpath(f"{form}.schema.json").read_text("utf-8")
    return Draft202012Validator(json.loads(text))


def _envelope(package: Package) -> dict[str, Any]:
    profile = package.profile
    return {
        "specversion": "1.0",
        "id": package.id,
        "source": f"urn:nomen:laboratory:{package.laboratory}",
        "type": PROFILE,
        "subject": profile.code,
        "time": package.prepared_at.isoformat(timespec="seconds").replace(
            "+00:00", "Z"
        ),
        "sequence": str(package.sequence),
        "data": {
            "code": profile.code,
            "version": profile.version,
            "kind": "remains" if profile.stream == "bone" else "reference",
            "quality": profile.quality,
            "kits": sorted(profile.kits),
            "restrictions": {"purpose": "missing persons"},
            "signed_by": dict(profile.signers),
            "loci": [
                {
                    "locus": locus.name,
                    "alleles": list(locus.alleles),
                    "status": locus.status,
                    "replicates": locus.replicates,
                }
                for locus in sorted(profile.loci, key=lambda one: one.name)
            ],
        },
    }

"""A partner's witness beside the demo, so that its checkpoints are cosigned.

In the field another organisation runs it; here it is a thread with a folder of its own.
"""

from pathlib import Path
from threading import Thread

from lims.audit import keys
from lims.laboratory import Laboratory
from lims.witness.service import server
from lims.witness.witness import Witness, at_home

NAME = "witness.partner.example/demo"
FOLDER = "witness"
HERE = "127.0.0.1"


def watch_over(laboratory: Laboratory) -> str | None:
    """Start the witness and name it in the laboratory's policy; its address.

    None where the laboratory has no policy file: nobody would ask.
    """
    path = laboratory.log_policy
    if path is None:
        return None
    mine = keys.load(laboratory.log_keys, laboratory.log_origin)
    trusted = {mine.origin: [one.verifier for one in mine.signers]}
    witness = at_home(path.with_name(FOLDER), NAME, trusted)
    partner = server(witness, HERE, 0)
    Thread(target=partner.run, daemon=True).start()
    url = f"http://{HERE}:{partner.effective_port}"
    _write(path, mine.vkeys, witness, url)
    return url


def _write(path: Path, logs: tuple[str, ...], witness: Witness, url: str) -> None:
    """The policy as an administrator writes it: both keys of the partner are asked.

    The one that every tool can check makes the quorum; the other is for decades.
    """
    plain, lasting = (one.verifier.vkey for one in witness.signers)
    lines = [
        *(f"log {vkey}" for vkey in logs),
        f"witness partner {plain} {url}",
        f"witness partner-pq {lasting} {url}",
        "quorum partner",
    ]
    keys.write(path, "".join(f"{line}\n" for line in lines).encode())

"""What allotropy takes to read the files named; run by its own interpreter.

Prints one JSON object: file to seconds of processor time, or to its refusal.
"""

import importlib
import json
from pathlib import Path
import sys
import time
import warnings

TEXT, CLASSIC = ".txt", "example10.xlsx"


def main() -> None:
    warnings.simplefilter("ignore")
    vendors = importlib.import_module("allotropy.parser_factory").Vendor
    read = importlib.import_module("allotropy.to_allotrope").allotrope_from_file
    found: dict[str, float | str] = {}
    for path in map(Path, sys.argv[1:]):
        is_classic = path.suffix == TEXT or path.name.endswith(CLASSIC)
        vendor = (
            vendors.APPBIO_QUANTSTUDIO
            if is_classic
            else vendors.APPBIO_QUANTSTUDIO_DESIGNANDANALYSIS
        )
        start = time.process_time()
        try:
            read(str(path), vendor)
        except Exception as error:  # noqa: BLE001 - whatever it is, it did not read
            found[path.name] = str(error)[:200]
        else:
            found[path.name] = time.process_time() - start
    print(json.dumps(found))


if __name__ == "__main__":
    main()

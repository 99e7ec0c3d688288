"""Names the installed packages of which a file is missing.

``uv pip sync`` trusts the metadata of a package; it does not see that an interrupted run or a
careless ``rm`` left it without some of its files. Usage: check_venv.py SITE_PACKAGES
"""

import csv
import os
import sys


def is_whole(site_packages: str, metadata: str) -> bool:
    """Tell whether every file that a package's RECORD names is there.

    Sizes are not compared: some packages overwrite each other's README or LICENSE.
    """
    try:
        with open(os.path.join(site_packages, metadata, "RECORD"), newline="") as record:
            names = [row[0] for row in csv.reader(record) if row]
    except OSError:
        return False
    return all(os.path.exists(os.path.join(site_packages, name)) for name in names)


def main() -> int:
    site_packages = sys.argv[1]
    found = [name for name in os.listdir(site_packages) if name.endswith(".dist-info")]
    broken = sorted(name for name in found if not is_whole(site_packages, name))
    if broken:
        print("error: incomplete packages in .venv:", ", ".join(broken))
    return 1 if broken or not found else 0


if __name__ == "__main__":
    sys.exit(main())

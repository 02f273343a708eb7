"""The command line: `python -m config.standalone up`."""

import argparse
import os
import sys

from config.standalone.errors import SetUpError
from config.standalone.home import Home
from config.standalone.supervisor import Interrupted, Supervisor

PORTS = 65_536


def main() -> int:
    """Run until somebody stops us; 0 when asked to stop, 1 when something keeps us from running."""
    parser = argparse.ArgumentParser(prog="python -m config.standalone")
    parser.add_argument("command", choices=["up"])
    parser.parse_args()
    try:
        Supervisor(Home.from_environment(), port=_wanted_port()).run()
    except Interrupted:
        return 0
    except SetUpError as refusal:
        sys.stderr.write(f"{refusal}\n")
    return 1


def _wanted_port() -> int:
    """PORT, or 8000; 0 lets the machine choose."""
    given = os.environ.get("PORT") or "8000"
    if not (given.isdecimal() and int(given) < PORTS):
        raise SetUpError("PORT must be a number from 0 to 65535.")
    return int(given)


if __name__ == "__main__":
    sys.exit(main())

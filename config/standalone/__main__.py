"""The command line: `python -m config.standalone up`."""

import argparse
import os
import sys

from config.standalone.errors import SetUpError
from config.standalone.home import Home
from config.standalone.supervisor import Interrupted, Supervisor


def main() -> int:
    """Run until somebody stops us; 0 when asked to stop, 1 when something keeps us from running."""
    parser = argparse.ArgumentParser(prog="python -m config.standalone")
    parser.add_argument("command", choices=["up"])
    parser.parse_args()
    try:
        port = int(os.environ.get("PORT") or "8000")
        Supervisor(Home.from_environment(), port=port).run()
    except Interrupted:
        return 0
    except ValueError:
        sys.stderr.write("PORT must be a number.\n")
    except SetUpError as refusal:
        sys.stderr.write(f"{refusal}\n")
    return 1


if __name__ == "__main__":
    sys.exit(main())

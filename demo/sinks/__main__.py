"""`python -m demo.sinks --home DIR [--smtp-port N] [--sms-port N] [--callback-url URL]`."""

import argparse
import asyncio
from pathlib import Path

from demo.sinks.serving import run


def main() -> None:
    """Parse the command line and serve."""
    parser = argparse.ArgumentParser(prog="demo.sinks", description=__doc__)
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--smtp-port", type=int, default=0)
    parser.add_argument("--sms-port", type=int, default=0)
    parser.add_argument("--callback-url", default="")
    given = parser.parse_args()
    given.home.mkdir(parents=True, exist_ok=True)
    asyncio.run(
        run(
            given.home,
            smtp_port=given.smtp_port,
            sms_port=given.sms_port,
            callback_url=given.callback_url,
        )
    )


if __name__ == "__main__":
    main()

#!/usr/bin/env python
"""Run a Django command; without DATABASE_URL it finds or starts the embedded servers."""

import os
import sys

# As shells say it of a command that Ctrl-C ended.
STOPPED = 130


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    from django.core.management import execute_from_command_line

    from config.standalone.discovery import use_running_servers

    with use_running_servers(sys.argv):
        execute_from_command_line(sys.argv)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.stderr.write("Stopped.\n")
        sys.exit(STOPPED)

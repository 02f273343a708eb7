"""Health checks of the containers: `python -m config.standalone.health web|worker|beat`."""

import argparse
import http.client
import os
import sys
import time
from pathlib import Path

PORT = 8000
POLL_SILENCE = 60.0
# Beat writes its schedule every three minutes.
BEAT_SILENCE = 420.0


def web() -> bool:
    """Whether the web answers; a refusal of our host name or a redirect is an answer."""
    connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=8)
    try:
        connection.request("HEAD", "/")
        return connection.getresponse().status < http.HTTPStatus.INTERNAL_SERVER_ERROR
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def worker() -> bool:
    """Whether a poll thread looked for work a moment ago; an answer to a ping proves nothing."""
    return _is_fresh(Path(os.environ.get("RONDO_HEARTBEAT", "")), POLL_SILENCE)


def beat() -> bool:
    """Whether beat still writes its schedule."""
    folder = Path(os.environ.get("RONDO_HOME", "."))
    return any(_is_fresh(path, BEAT_SILENCE) for path in folder.glob("beat-schedule*"))


def _is_fresh(path: Path, silence: float) -> bool:
    return path.is_file() and time.time() - path.stat().st_mtime < silence


def main() -> int:
    """0 when the named part is well."""
    parts = {"web": web, "worker": worker, "beat": beat}
    parser = argparse.ArgumentParser(prog="config.standalone.health")
    parser.add_argument("part", choices=sorted(parts))
    return 0 if parts[parser.parse_args().part]() else 1


if __name__ == "__main__":
    sys.exit(main())

"""`python -m benchmarks`: the table of promises."""

import sys

from benchmarks.running import MODULES, main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:] or MODULES))

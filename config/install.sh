#!/bin/sh
# Installs a lock file into the virtual environment: by uv in seconds, else by pip in minutes.
set -eu
bin=$1
lock=$2

# An installation that was cut off may have left halves of packages that look whole.
mark=$bin/../.installing
again=
[ ! -e "$mark" ] || again=yes
touch "$mark"

if [ ! -x "$bin/uv" ] && [ -z "${NO_UV:-}" ]; then
    "$bin/python" -m pip install --quiet --disable-pip-version-check "uv>=0.9,<1" 2>/dev/null || true
fi
if [ -x "$bin/uv" ] && [ -z "${NO_UV:-}" ]; then
    echo "Installing $lock with uv …"
    # Machines behind a company proxy trust what their system trusts.
    if UV_SYSTEM_CERTS=1 "$bin/uv" pip install --quiet ${again:+--reinstall} \
        --python "$bin/python" -r "$lock"; then
        rm "$mark"
        exit 0
    fi
    echo "uv could not install it; trying pip."
fi
echo "Installing $lock with pip, which takes some minutes …"
"$bin/python" -m pip install --quiet ${again:+--force-reinstall} --disable-pip-version-check -r "$lock"
rm "$mark"

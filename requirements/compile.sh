#!/bin/sh
# Pins every requirements file again, with hashes (needs uv: `pip install uv`). Give --upgrade for newer versions.
set -eu
cd "$(dirname "$0")"
compile() {
    uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --quiet "$@"
}
compile "$@" dev.in -o dev.txt
for part in gateway-auth django platform load bench docs; do
    compile "$part.in" -c dev.txt -o "$part.txt"
done

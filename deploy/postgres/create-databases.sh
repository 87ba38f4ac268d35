#!/bin/bash
# The image of PostgreSQL runs this once, when its data folder is new: each part that keeps data gets a database
# and a user of its own, and no user can connect to another's database. The parts are those that were given a
# password. Run again, it makes what is missing: a service that was added later (docs/add-a-service.md).
set -euo pipefail

query() {
    psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 --username postgres "$@"
}

query <<'SQL'
REVOKE ALL ON DATABASE postgres, template1 FROM PUBLIC;
SQL

for file in /run/vf/postgres/*-password; do
    part=$(basename "$file" -password)
    test "$part" != superuser || continue
    exists=$(query --tuples-only --no-align --set "part=${part//-/_}" <<<"SELECT 1 FROM pg_database WHERE datname = :'part'")
    test -z "$exists" || continue
    # In the environment and not among the arguments, where every process could read it.
    PASSWORD=$(cat "$file") query --set "part=${part//-/_}" <<'SQL'
\getenv password PASSWORD
CREATE USER :"part" PASSWORD :'password';
CREATE DATABASE :"part" OWNER :"part";
REVOKE ALL ON DATABASE :"part" FROM PUBLIC;
SQL
done

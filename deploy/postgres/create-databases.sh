#!/bin/bash
# The PostgreSQL image runs this once, when its data folder is new. Each component with a password gets its own
# database and user, and no user can connect to another's database. Run it again to create what is missing after you
# add a service (docs/add-a-service.md).
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
    # In the environment, because every process can read the arguments.
    PASSWORD=$(cat "$file") query --set "part=${part//-/_}" <<'SQL'
\getenv password PASSWORD
CREATE USER :"part" PASSWORD :'password';
CREATE DATABASE :"part" OWNER :"part";
REVOKE ALL ON DATABASE :"part" FROM PUBLIC;
SQL
done

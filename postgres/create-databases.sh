#!/bin/bash
# The image of PostgreSQL runs this once, when its data folder is new: each part that keeps data gets a database
# and a user of its own, and no user can connect to another's database.
set -euo pipefail

query() {
    psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 --username postgres "$@"
}

query <<'SQL'
REVOKE ALL ON DATABASE postgres, template1 FROM PUBLIC;
SQL

for part in identity-provider billing inventory; do
    # In the environment and not among the arguments, where every process could read it.
    PASSWORD=$(cat "/run/vf/postgres/$part-password") query --set "part=${part//-/_}" <<'SQL'
\getenv password PASSWORD
CREATE USER :"part" PASSWORD :'password';
CREATE DATABASE :"part" OWNER :"part";
REVOKE ALL ON DATABASE :"part" FROM PUBLIC;
SQL
done

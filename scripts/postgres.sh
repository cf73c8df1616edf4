#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# See to it that the tests find a PostgreSQL to start privately (tests/postgres.py): the system's package, where this may
# install it. Where it may not, it says what to install and ends well: the tests that want it are skipped, and say why.
set -euo pipefail

say() { printf 'postgres: %s\n' "$*" >&2; }

found() {
    command -v initdb >/dev/null 2>&1 || compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null
}

if found; then exit 0; fi
if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null 2>&1; then
    say "not installed: install the system's package \`postgresql\` to run the tests of a team's workspace; they are skipped without"
    exit 0
fi
say "installing the system's package postgresql"
# Without the cluster that Debian would make and start: the tests make their own.
mkdir -p /etc/postgresql-common
[ -e /etc/postgresql-common/createcluster.conf ] || echo 'create_main_cluster = false' >/etc/postgresql-common/createcluster.conf
export DEBIAN_FRONTEND=noninteractive
install=(apt-get install -qq -y --no-install-recommends postgresql)
if ! "${install[@]}" >/dev/null 2>&1 && ! { apt-get update -qq >/dev/null 2>&1 && "${install[@]}" >/dev/null 2>&1; }; then
    say "apt-get could not install it; the tests of a team's workspace are skipped"
fi

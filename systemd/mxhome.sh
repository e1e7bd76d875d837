#!/bin/sh
# /usr/bin/mxhome of an installation by systemd/install.sh: the same program, configuration and state as the service's.
set -eu

# init writes the configuration, which the service's user may only read.
if [ "$(id -u)" -eq 0 ] && [ "${1:-}" != init ]; then
  # A state file that root has written could not be read by the service any more.
  export HOME=/var/lib/mxhome
  exec setpriv --reuid=mxhome --regid=mxhome --init-groups "$0" "$@"
fi

# After sudo this may be root's home, where the service's user cannot even look for a file.
if [ ! -r . ] || [ ! -x . ]; then cd /; fi

# A later --env-file of the caller's wins.
if [ -r /etc/mxhome/mxhome.env ]; then set -- --env-file /etc/mxhome/mxhome.env "$@"; fi

exec /usr/bin/node -- /usr/lib/mxhome/mxhome.js "$@"

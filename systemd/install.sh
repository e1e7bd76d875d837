#!/bin/sh
# Installs mxhome as a systemd service from this checkout (after npm ci) or from the unpacked npm package.
#   sudo systemd/install.sh            may be run again at any time: that is the update
#   DESTDIR=/some/folder systemd/install.sh     lays the files there and touches nothing else (for packages)
# Configuration and state that exist are left as they are.
set -eu

source=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
root=${DESTDIR:-}
config=/etc/mxhome/mxhome.env

say() { printf '%s\n' "$*"; }
refuse() {
  printf 'mxhome was not installed: %s\n' "$1" >&2
  printf '%s\n' "$2" >&2
  exit 1
}

[ $# -eq 0 ] || refuse "unknown argument $1" 'Usage: sudo systemd/install.sh (no arguments)'

if [ -z "$root" ]; then
  [ "$(id -u)" -eq 0 ] || refuse 'this needs root.' 'Run it again as: sudo systemd/install.sh'
  [ -d /run/systemd/system ] || refuse 'this machine was not booted with systemd.' \
    'Elsewhere run it without a service manager: node -- dist/mxhome.js run'
fi

for needed in dist/mxhome.js dist/package.json .env.example systemd/mxhome.service; do
  [ -f "$source/$needed" ] || refuse "$source/$needed is missing." \
    'In a checkout "npm ci && npm run build" makes it; else unpack the package again.'
done

# The service sees neither home folders nor /tmp, so a Node of nvm or the like cannot be its own.
node=$(command -v node || true)
[ -n "$node" ] || refuse 'Node.js was not found in the PATH.' 'Install Node 20.19 or later (apt-get install nodejs).'
found=$("$node" -p process.versions.node)
major=${found%%.*}
rest=${found#*.}
minor=${rest%%.*}
if [ "$major" -lt 20 ] || { [ "$major" -eq 20 ] && [ "$minor" -lt 19 ]; }; then
  refuse "Node $found at $node is too old." 'Install Node 20.19 or later.'
fi
case $(readlink -f "$node") in
/home/* | /root/* | /run/user/* | /tmp/* | /var/tmp/*)
  refuse "the service could not see $node: it lies in a home or temporary folder." \
    'Install Node 20.19 or later for the whole machine (/usr/bin or /usr/local/bin).'
  ;;
esac

# Files that name Node are written with the path of the one found here.
place() {
  mkdir -p "$root$(dirname "$3")"
  sed "s#/usr/bin/node#$node#g" "$source/$2" >"$root$3.new"
  chmod "$1" "$root$3.new"
  mv "$root$3.new" "$root$3"
  say "installed $root$3"
}

program=$root/usr/lib/mxhome
rm -rf "$program.new"
mkdir -p "$program.new"
cp -R "$source/dist/." "$program.new/"
chmod -R u=rwX,go=rX "$program.new"
[ -n "$root" ] || chown -R root:root "$program.new"
rm -rf "$program"
mv "$program.new" "$program"
say "installed $program (Node $found at $node)"
place 755 systemd/mxhome.sh /usr/bin/mxhome
place 644 systemd/mxhome.service /usr/lib/systemd/system/mxhome.service
place 644 systemd/mxhome.sysusers /usr/lib/sysusers.d/mxhome.conf
place 644 systemd/mxhome.tmpfiles /usr/lib/tmpfiles.d/mxhome.conf
[ -z "$root" ] || exit 0

systemd-sysusers /usr/lib/sysusers.d/mxhome.conf
systemd-tmpfiles --create /usr/lib/tmpfiles.d/mxhome.conf
say 'user mxhome, /etc/mxhome and /var/lib/mxhome are there'
if [ -e "$config" ]; then
  say "kept $config as it is"
else
  install -m 0640 -o root -g mxhome "$source/.env.example" "$config"
  say "installed $config, an example: it must be edited"
fi
systemctl daemon-reload

if systemctl --quiet is-active mxhome.service; then
  systemctl restart mxhome.service
  say 'restarted mxhome.service, which was running'
  exit 0
fi
say
say 'The service was not started. Next:'
say "  editor $config"
say '  mxhome config check'
say '  mxhome update --dry-run'
say '  systemctl enable --now mxhome'

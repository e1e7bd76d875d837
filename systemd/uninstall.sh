#!/bin/sh
# Removes what systemd/install.sh has installed.
#   sudo systemd/uninstall.sh            keeps configuration and state
#   sudo systemd/uninstall.sh --purge    removes them too, and the user mxhome
set -eu

say() { printf '%s\n' "$*"; }
refuse() {
  printf 'mxhome was not removed: %s\n' "$1" >&2
  printf '%s\n' "$2" >&2
  exit 1
}

purge=no
case ${1:-} in
'') ;;
--purge) purge=yes ;;
*) refuse "unknown argument $1" 'Usage: sudo systemd/uninstall.sh [--purge]' ;;
esac
[ "$(id -u)" -eq 0 ] || refuse 'this needs root.' 'Run it again as: sudo systemd/uninstall.sh'

if [ -d /run/systemd/system ] && [ -e /usr/lib/systemd/system/mxhome.service ]; then
  systemctl --quiet disable --now mxhome.service
  say 'stopped and disabled mxhome.service'
fi
for installed in /usr/lib/mxhome /usr/bin/mxhome /usr/lib/systemd/system/mxhome.service \
  /usr/lib/sysusers.d/mxhome.conf /usr/lib/tmpfiles.d/mxhome.conf; do
  [ -e "$installed" ] || continue
  rm -rf "$installed"
  say "removed $installed"
done
[ ! -d /run/systemd/system ] || systemctl daemon-reload

kept=''
for own in /etc/mxhome /etc/systemd/system/mxhome.service.d /var/lib/mxhome; do
  [ -e "$own" ] || continue
  if [ "$purge" = yes ]; then
    rm -rf "$own"
    say "removed $own"
  else
    kept="$kept $own"
  fi
done
[ -z "$kept" ] || say "kept$kept (uninstall.sh --purge removes them)"
if [ "$purge" = yes ] && id mxhome >/dev/null 2>&1; then
  userdel mxhome
  say 'removed the user mxhome'
fi

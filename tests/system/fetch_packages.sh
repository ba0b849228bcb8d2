#!/bin/sh
# Fetches what the system tests need besides Python's packages, where that can be done without asking anybody:
# as root on a Debian or Ubuntu. Elsewhere, or when it can't be had, those tests are skipped and say what they lack.
set -u
missing=""
command -v chromium >/dev/null || missing="$missing chromium"
command -v systemd-analyze >/dev/null || missing="$missing systemd"
[ -e /usr/lib/systemd/user/dbus.socket ] || missing="$missing dbus-user-session"
command -v desktop-file-validate >/dev/null || missing="$missing desktop-file-utils"
command -v dbus-daemon >/dev/null || missing="$missing dbus-daemon"
command -v Xvfb >/dev/null || missing="$missing xvfb"
command -v openbox >/dev/null || missing="$missing openbox"
command -v trayer >/dev/null || missing="$missing trayer"
[ -e /usr/lib/python3/dist-packages/gi ] || missing="$missing python3-gi"
[ -e /usr/lib/girepository-1.0/Gtk-3.0.typelib ] || ls /usr/lib/*/girepository-1.0/Gtk-3.0.typelib >/dev/null 2>&1 || missing="$missing gir1.2-gtk-3.0"
command -v xdotool >/dev/null || missing="$missing xdotool"
command -v ruby >/dev/null || missing="$missing ruby"
command -v shellcheck >/dev/null || missing="$missing shellcheck"
command -v lintian >/dev/null || missing="$missing lintian"
command -v appstreamcli >/dev/null || missing="$missing appstream"
command -v dpkg-shlibdeps >/dev/null || missing="$missing dpkg-dev"
command -v man >/dev/null || missing="$missing man-db"
[ -e /usr/bin/python3 ] || missing="$missing python3"
# Ubuntu has no Firefox but as a snap: the others shall come all the same.
extra=""
command -v firefox-esr >/dev/null || command -v firefox >/dev/null || extra="firefox-esr"
[ -n "$missing$extra" ] || exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "fetching for the system tests:$missing $extra"
    apt-get update -qq >/dev/null
    for packages in "$missing" "$extra"; do
        # shellcheck disable=SC2086 # a list of words
        DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends $packages \
            >/dev/null || echo "could not be fetched: $packages"
    done
else
    echo "tests that need one of these will be skipped:$missing $extra"
fi
exit 0

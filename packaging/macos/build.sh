#!/bin/sh
# Makes dist/photoseek-VERSION.dmg on a Mac with Apple's processor (PyTorch has no other builds any more).
# Untested: no Mac was at hand.
#
# PHOTOSEEK_SIGN_AS       name of a certificate "Developer ID Application: …"; without it the app is signed ad hoc, and
#                         macOS opens it only after a person has insisted
# PHOTOSEEK_NOTARISE_AS   profile that `xcrun notarytool store-credentials` has made; without it nothing is notarised
set -eu
cd "$(dirname "$0")/../.."
make bundle  # builds dist/photoseek.app too, signed, and tries the program

version=$(.venv/bin/python -c 'import photoseek; print(photoseek.__version__)')
image="dist/photoseek-$version.dmg"
shown=$(mktemp -d)
trap 'rm -rf "$shown"' EXIT
cp -R dist/photoseek.app LICENSE "$shown"
ln -s /Applications "$shown/Applications"  # to drag the app onto
hdiutil create -volname "photoseek $version" -srcfolder "$shown" -format UDZO -ov "$image"

if [ -n "${PHOTOSEEK_SIGN_AS:-}" ]; then
    codesign --sign "$PHOTOSEEK_SIGN_AS" --timestamp "$image"
fi
if [ -n "${PHOTOSEEK_NOTARISE_AS:-}" ]; then
    xcrun notarytool submit "$image" --keychain-profile "$PHOTOSEEK_NOTARISE_AS" --wait
    xcrun stapler staple "$image"
fi
echo "$image"

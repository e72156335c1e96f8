#!/usr/bin/env bash
# Builds a card image: image-build/build.sh PROFILE      (root, Debian; PROFILE is a file of image-build/profiles)
# Steps, each kept under build/image by the hash of what goes into it: workshop -> rootfs -> install -> image.
# Parameters, from the environment:
#   COMPTOIR_DEB              the package to install (default: the newest dist/comptoir_*_ARCH.deb)
#   COMPTOIR_DEBIAN_MIRROR    Debian's mirror; COMPTOIR_SECURITY_MIRROR, COMPTOIR_RPI_MIRROR: the other two
#   COMPTOIR_RPI_KEYRING      keyring of Raspberry Pi's archive (profile rpi)
#   COMPTOIR_UPDATES          security (default) or none: what image.conf on the card says at first
#   SOURCE_DATE_EPOCH         the time in the image (default: of the last commit that touched what goes into it)
#   FRESH=1                   ask the mirrors again, whatever is kept
#   LAST_STEP=rootfs|install  stop there
set -euo pipefail
cd "$(dirname "$0")/.."
here="image-build"
# shellcheck source=steps/common.sh
. "$here/steps/common.sh"

profile=${1:-}
[ -r "$here/profiles/$profile.conf" ] || fail "there is no profile '$profile'; there are: $(profiles)"
[ "$(id -u)" -eq 0 ] || fail "this needs root (chroot, mount, foreign binaries)"
# shellcheck source=profiles/rpi.conf
. "$here/profiles/$profile.conf"
umask 022
kept=$PWD/build/image
mkdir -p "$kept/$profile"
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct -- appliance systemd requirements pyproject.toml "$here" 2>/dev/null)}
export SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-1790000000}

# shellcheck source=steps/workshop.sh
. "$here/steps/workshop.sh"
# shellcheck source=steps/rootfs.sh
. "$here/steps/rootfs.sh"
[ "${LAST_STEP:-}" != rootfs ] || exit 0
# shellcheck source=steps/install.sh
. "$here/steps/install.sh"
[ "${LAST_STEP:-}" != install ] || exit 0
# shellcheck source=steps/image.sh
. "$here/steps/image.sh"

# shellcheck shell=bash
# Step 3: the package comptoir, the overlays and the settings of the image as build/image/PROFILE/install-KEY.tar.

deb=${COMPTOIR_DEB:-$(find dist -name "comptoir_*_$arch.deb" -printf '%T@ %p\n' 2>/dev/null | sort -n | tail -n 1 | cut -d' ' -f2-)}
[ -r "${deb:-}" ] || fail "the package for $arch is missing; run: make deb ARCH=$arch, or name it with COMPTOIR_DEB"
updates=${COMPTOIR_UPDATES:-security}

mapfile -t overlay_folders < <(printf 'image-build/overlay/%s\n' "${overlays[@]}")
install_key=$(key_of "$rootfs_key" "$SOURCE_DATE_EPOCH" "$(sha256sum < "$deb")" -- image-build/steps/install.sh \
  image-build/hooks "${overlay_folders[@]}")
install=$profile/install-$install_key.tar

if [ -n "${FRESH:-}" ] || [ ! -e "$kept/$install" ]; then
  say "Installing $(basename "$deb")"
  cp "$deb" "$kept/$profile/comptoir.deb"
  # Sorted, with one owner's numbers and no time after the build's: the same tree gives the same archive.
  # shellcheck disable=SC2016 # for the shell that is started
  inside bash -c '
    set -euo pipefail
    profile=$1 rootfs=$2; shift 2
    root=/kept/$profile/root
    rm -rf --one-file-system "$root"
    mkdir "$root"
    tar -x --numeric-owner --xattrs --xattrs-include="*" -f "/kept/$rootfs" -C "$root" --exclude="./dev/*"
    mount -t proc proc "$root/proc"
    mount -t tmpfs tmpfs "$root/dev"
    mkdir -m 1777 "$root/dev/shm"
    mknod -m 666 "$root/dev/null" c 1 3
    mknod -m 666 "$root/dev/zero" c 1 5
    mknod -m 666 "$root/dev/random" c 1 8
    mknod -m 666 "$root/dev/urandom" c 1 9
    /src/image-build/hooks/install "$root" "/kept/$profile/comptoir.deb" "$@"
    umount "$root/proc" "$root/dev"
    tar -c --sort=name --format=pax --pax-option=delete=atime,delete=ctime --numeric-owner --xattrs \
      --mtime="@$SOURCE_DATE_EPOCH" --clamp-mtime -f "/kept/$profile/part.tar" -C "$root" .
    rm -rf --one-file-system "$root"
  ' install "$profile" "$rootfs" "${overlays[@]}" || fail "the package cannot be installed; the lines above say why"
  rm -f "$kept/$profile/comptoir.deb"
  mv "$kept/$profile/part.tar" "$kept/$install"
  forget_others "$kept/$profile" 'install-*' "$(basename "$install")"
fi

# shellcheck shell=bash
# Step 2: Debian's (and Raspberry Pi's) packages of the profile as build/image/PROFILE/rootfs-KEY.tar.

early=image-build/early/$profile   # what must be there before the packages are set up
mkdir -p "$kept/nothing"
[ -d "$early" ] || early=build/image/nothing
mapfile -t list_files < <(printf 'image-build/packages/%s.list\n' "${lists[@]}")
rootfs_key=$(key_of "$arch" "$suite" "${sources[@]}" -- image-build/steps/rootfs.sh "$early" \
  "${list_files[@]}")
rootfs=$profile/rootfs-$rootfs_key.tar

# Each package's name, version and the hash that the signed index gives its file: later, nobody could tell.
# shellcheck disable=SC2016 # for the hook's shell
note_origins='mkdir -p "$1/usr/share/comptoir-image"
  dpkg-query --admindir="$1/var/lib/dpkg" --show --showformat="\${binary:Package}=\${Version}\n" \
    | APT_CONFIG="$MMDEBSTRAP_APT_CONFIG" xargs apt-cache show --no-all-versions \
    | grep -E "^(Package|Version|Architecture|SHA256|$)" > "$1/usr/share/comptoir-image/origins"'

for keyring in "${keyrings[@]}"; do
  [ -r "$keyring" ] || fail "the keyring $keyring is missing; name it with COMPTOIR_RPI_KEYRING"
  install -D -m 644 "$keyring" "$workshop$keyring"
done

if [ -n "${FRESH:-}" ] || [ ! -e "$kept/$rootfs" ]; then
  say "Installing $(packages "${lists[@]}" | wc -l) packages and what they need, for $arch"
  # Licences are kept of what is not: manuals, documentation, translations.
  # shellcheck disable=SC2016 # $1 is the hook's
  inside mmdebstrap --quiet --variant=minbase --mode=root --architectures="$arch" --skip=check/qemu \
    --aptopt='Apt::Install-Recommends "false"' --aptopt='Acquire::Retries "3"' \
    --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-include=/usr/share/doc/*/copyright' \
    --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/info/*' \
    --dpkgopt='path-exclude=/usr/share/locale/*' --dpkgopt='path-exclude=/usr/share/lintian/*' \
    --essential-hook="cp -a --no-preserve=ownership /src/$early/. "'"$1"' \
    --customize-hook="$note_origins" \
    --include="$(packages "${lists[@]}" | paste -sd,)" \
    "$suite" "/kept/$profile/part.tar" "${sources[@]}" || fail "the packages cannot be installed; the lines above say why"
  mv "$kept/$profile/part.tar" "$kept/$rootfs"
  forget_others "$kept/$profile" 'rootfs-*' "$(basename "$rootfs")"
fi

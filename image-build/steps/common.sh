# shellcheck shell=bash
# What the steps of build.sh share. To be sourced at the project's root.

say() { printf '\033[1m==>\033[0m %s\n' "$*"; }
fail() { printf 'The image cannot be built: %s\n' "$*" >&2; exit 1; }

profiles() { for file in image-build/profiles/*.conf; do basename "$file" .conf; done | paste -sd' '; }

# The packages of some lists, without comments, in their order.
packages() {
  local list
  for list in "$@"; do sed -E 's/[[:space:]]*#.*//; /^$/d' "image-build/packages/$list.list"; done
}

# A short name of all that is given and of the content of the files and folders after --.
key_of() {
  local words=()
  while [ $# -gt 0 ] && [ "$1" != -- ]; do words+=("$1"); shift; done
  [ $# -eq 0 ] || shift
  {
    printf '%s\n' "${words[@]}"
    find "$@" -type f -not -name '*.pyc' -printf '%p %m\n' -o -type l -printf '%p %l\n' | LC_ALL=C sort
    find "$@" -type f -not -name '*.pyc' -print0 | LC_ALL=C sort -z | xargs -0 -r cat
  } | sha256sum | cut -c1-16
}

# Keeps the newest of a step: forget_others FOLDER PATTERN KEPT
forget_others() { find "$1" -maxdepth 1 -name "$2" -not -name "$3" -exec rm -rf --one-file-system {} +; }

# shellcheck shell=bash
# Step 1: a Debian with the tools that make and boot images, and `inside`, which runs a command in it.

workshop_key=$(key_of "$suite" "$debian" -- image-build/packages/workshop.list image-build/steps/workshop.sh)
workshop=$kept/workshop-$workshop_key

if [ ! -e "$workshop/.complete" ]; then
  command -v mmdebstrap >/dev/null || fail "mmdebstrap is missing; run: apt-get install mmdebstrap"
  say "Making the workshop, a Debian $suite with the tools"
  rm -rf --one-file-system "$workshop"
  mmdebstrap --quiet --variant=minbase --mode=root --aptopt='Apt::Install-Recommends "false"' \
    --include="$(packages workshop | paste -sd,)" "$suite" "$workshop" "$debian" \
    || fail "$suite cannot be installed from $debian"
  mkdir -p "$workshop/src" "$workshop/kept"
  touch "$workshop/.complete"
  forget_others "$kept" 'workshop-*' "workshop-$workshop_key"
fi

# enter COMMAND...: becomes a command in the workshop, the project read-only in /src, what is kept in /kept; its mounts
# go with it. inside COMMAND...: runs one.
inside() { (enter "$@"); }
enter() {
  # Names and certificates as this machine has them, for a network behind a proxy.
  cat /etc/resolv.conf > "$workshop/etc/resolv.conf"
  cat /etc/ssl/certs/ca-certificates.crt > "$workshop/etc/ssl/certs/ca-certificates.crt" 2>/dev/null || true
  # shellcheck disable=SC2016 # for the shell that is started
  exec unshare --mount --propagation private bash -c '
    set -euo pipefail
    workshop=$1 kept=$2; shift 2
    mount -t proc proc "$workshop/proc"
    mount --rbind /sys "$workshop/sys"
    mount --rbind /dev "$workshop/dev"
    # The kernel runs binaries of other architectures by qemu-user, as long as this mount is there.
    mount -t binfmt_misc binfmt_misc "$workshop/proc/sys/fs/binfmt_misc"
    [ -e "$workshop/proc/sys/fs/binfmt_misc/qemu-aarch64" ] || [ "$(uname -m)" = aarch64 ] \
      || chroot "$workshop" sh -c "cat /usr/lib/binfmt.d/qemu-aarch64.conf > /proc/sys/fs/binfmt_misc/register"
    mount -t tmpfs -o size=4g tmpfs "$workshop/tmp"
    mount --bind . "$workshop/src"
    mount -o remount,bind,ro "$workshop/src"
    mount --bind "$kept" "$workshop/kept"
    exec chroot "$workshop" env -i -C /src HOME=/tmp LC_ALL=C.UTF-8 PATH=/usr/sbin:/usr/bin:/sbin:/bin \
      SOURCE_DATE_EPOCH="$SOURCE_DATE_EPOCH" http_proxy="${http_proxy:-}" https_proxy="${https_proxy:-}" "$@"
  ' inside "$workshop" "$kept" "$@"
}

inside arch-test "$arch" >/dev/null || fail "this machine cannot run binaries of $arch (binfmt_misc)"

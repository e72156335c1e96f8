# shellcheck shell=bash
# Step 4: the card as build/image/PROFILE/comptoir-PROFILE.img, its manifest and its bill of materials.

image_key=$(key_of "$install_key" "$updates" -- image-build/steps/image.sh image-build/steps/card image-build/steps/without_boot.py \
  scripts/image_bill.py scripts/bill_of_materials.py \
  image-build/boot/common image-build/boot/"$profile")
image=$profile/comptoir-$profile.img

if [ -n "${FRESH:-}" ] || [ "$(cat "$kept/$image.key" 2>/dev/null)" != "$image_key" ] || [ ! -e "$kept/$image" ]; then
  rm -f "$kept/$image"*
  say "Laying out the card"
  inside image-build/steps/card "$profile" "/kept/$install" "/kept/$image" "$updates" || fail "the card cannot be laid out"
  say "Laying it out again, to compare"
  inside image-build/steps/card "$profile" "/kept/$install" "/kept/$profile/again.img" "$updates" || fail "the card cannot be laid out"
  cmp "$kept/$image" "$kept/$profile/again.img" || fail "the same inputs gave two different cards"
  rm "$kept/$profile/again.img"
  inside python3 -m scripts.image_bill "/kept/$install" "/kept/$image" || fail "the manifest cannot be written"
  printf '%s\n' "$image_key" > "$kept/$image.key"
fi
say "$kept/$image: $(du -m --apparent-size "$kept/$image" | cut -f1) MB, $(wc -l < "$kept/$image.manifest.tsv") packages and wheels"

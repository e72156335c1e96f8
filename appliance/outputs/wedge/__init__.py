"""Events typed as a barcode scanner types them: exactly, for the layout that the PC has, or not at all."""

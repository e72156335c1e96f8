"""What the Pi is to the PC over its USB device port: keyboard, serial line, network (configfs)."""

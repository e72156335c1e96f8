"""The face of the device: screens, OLED, buttons, lamp, sounds."""

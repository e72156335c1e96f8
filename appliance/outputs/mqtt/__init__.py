"""MQTT 5: health of the device, and where wished events, for a broker of a group of pharmacies."""

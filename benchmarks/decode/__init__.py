"""Read rates, times and costs of the reader, beside plain engines on the same pictures."""

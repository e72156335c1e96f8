"""Events over a serial line, as a counter's imager sends codes: the gadget's CDC-ACM, an adapter, a UART."""

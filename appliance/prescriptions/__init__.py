"""The status of a prescription: its model, the port it is looked up through, the adapters behind it."""

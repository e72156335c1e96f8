"""What every package stands on: logging, clocks, durable files, threads, bounded message lines."""

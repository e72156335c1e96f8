"""What happens at the counter: a pure core and its runtime."""

"""The HTTPS interface that the pharmacy software polls."""

"""From a frame to the codes that lie in it, and to what they say."""

"""What the course takes from elsewhere or makes itself: the real model and the small tokenizers, byte for byte."""

"""The watch over the law."""

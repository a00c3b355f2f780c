"""CNEDiMTS."""

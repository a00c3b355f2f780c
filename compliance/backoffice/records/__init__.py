"""Lists and forms of models: what they share, devices, the trail."""

"""ANS and HDS."""

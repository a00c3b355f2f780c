"""The settings of the product, with the addresses of the two rivals of the API beside its own."""

from config.settings import *  # noqa: F403

ROOT_URLCONF = "bench.rivals"

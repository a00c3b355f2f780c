"""Deletes the files of documents that no document holds any more."""

from datetime import timedelta
from typing import Any

from django.core.management.base import CommandParser

from compliance.evidence.purging import purge
from config.clock import now
from devices.commands import SystemCommand


class Command(SystemCommand):
    help = "Say which files no document holds any more; with --delete, delete them."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--delete", action="store_true", help="Delete the files, not only name them.")
        parser.add_argument(
            "--keep-removed",
            type=int,
            default=30,
            metavar="DAYS",
            help="Keep the files of documents removed in the last DAYS days (30).",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Purge, and say what went or would go."""
        kept, dry_run = timedelta(days=options["keep_removed"]), not options["delete"]
        found = purge(at=now(), keep_removed=kept, dry_run=dry_run)
        done = "to delete" if dry_run else "deleted"
        for label, hashes in (("held by nothing", found.unnamed), ("of removed documents", found.removed)):
            for one in hashes:
                self.stdout.write(f"{one} {label}: {done}")
        self.stdout.write(f"{found.leftovers} ends of uploads: {done}")
        if dry_run:
            self.stdout.write("Nothing was deleted: repeat with --delete.")

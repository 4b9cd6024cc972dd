"""``geoportal invite_officers FILE``: invite staff from a CSV (docs/people.md)."""

import argparse
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from geoportal.accounts.invitation_file import BadFile, invite_from
from geoportal.accounts.models import InvitedRole
from geoportal.accounts.tasks import mail_invitation
from regions.models import Jurisdiction


class Command(BaseCommand):
    help = "Invite officers, experts, monitors, planners, moderators and administrators from a CSV."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="UTF-8: email,name,role,akimat,from,to")
        parser.add_argument("--language", choices=("kk", "ru", "en"), default="kk", help="of the mails")
        parser.add_argument(
            "--jurisdiction", default=settings.DEFAULT_JURISDICTION, help="whose akimats and clock"
        )

    def handle(self, *args: Any, file: Path, language: str, jurisdiction: str, **options: Any) -> None:
        where = Jurisdiction.objects.filter(code=jurisdiction).first()
        if where is None:
            raise CommandError(f"there is no jurisdiction {jurisdiction}")
        try:
            content = file.read_bytes()
        except OSError as error:
            raise CommandError(f"{file} cannot be read: {error.strerror}") from error
        try:
            with transaction.atomic():
                invitations = invite_from(
                    content, jurisdiction=where, language=language, at=timezone.now(), by=None
                )
                for invitation in invitations:
                    mail_invitation.defer(invitation_id=invitation.pk)
        except BadFile as error:
            for fault in error.faults:
                place = f"line {fault.line}" + (f", {fault.column}" if fault.column else "")
                self.stderr.write(f"{place}: {fault.message}")
            raise CommandError(f"nobody was invited: {len(error.faults)} faults in {file}") from error
        roles = InvitedRole.objects.filter(invitation__in=invitations).count()
        self.stdout.write(f"Invited {len(invitations)} people to {roles} roles.")

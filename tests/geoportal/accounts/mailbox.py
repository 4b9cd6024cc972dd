"""Does what the worker does with the mails that were asked for, and reads the links in them."""

import re

from django.core import mail
from procrastinate.contrib.django.models import ProcrastinateJob

from geoportal.accounts.tasks import mail_invitation, mail_notice, mail_password_reset, mail_sign_in_link

TASKS = {
    task.name: task.func for task in (mail_sign_in_link, mail_invitation, mail_password_reset, mail_notice)
}


class Mailbox:
    def __init__(self) -> None:
        self.done: set[int] = set()

    def deliver(self) -> list[str]:
        """Run the waiting jobs; the bodies of the mails that they sent."""
        before = len(mail.outbox)
        waiting = ProcrastinateJob.objects.filter(task_name__in=TASKS).exclude(pk__in=self.done)
        for job in waiting.order_by("id"):
            TASKS[job.task_name](**job.args)
            self.done.add(job.pk)
        return [str(message.body) for message in mail.outbox[before:]]

    def link(self) -> str:
        """The path of the one link in the one mail that waits."""
        (body,) = self.deliver()
        (address,) = re.findall(r"https?://[^\s/]+(/\S+)", body)
        return str(address)

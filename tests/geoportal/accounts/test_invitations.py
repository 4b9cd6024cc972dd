"""Inviting staff: one by one, from a file, by the command; and what the invited do."""

from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from geoportal.accounts.invitation_file import BadFile, read
from geoportal.accounts.invitations import Wanted, invite
from geoportal.accounts.links import new_token
from geoportal.accounts.models import Invitation, Role, RoleGrant, User
from geoportal.log.models import Pending
from regions.models import Jurisdiction
from tests.geoportal.accounts.mailbox import Mailbox
from tests.geoportal.accounts.people import BEGINNING, akimat, person, person_with
from tests.geoportal.accounts.staff import PASSWORD, give_password, set_up_second_factor, staff_in_browser
from tests.world import EAST, MIDDLE

pytestmark = pytest.mark.usefixtures("world", "quick_passwords")
HEAD = "email,name,role,akimat,from,to\n"
NEW = "new@example.kz"


@pytest.fixture(autouse=True)
def _akimats(world: None) -> None:
    akimat(MIDDLE)
    akimat(EAST)


def faults(text: str | bytes) -> list[tuple[int, str, str]]:
    content = text.encode() if isinstance(text, str) else text
    with pytest.raises(BadFile) as error:
        read(content, jurisdiction=Jurisdiction.objects.get())
    return [(fault.line, fault.column, str(fault.message)) for fault in error.value.faults]


def test_every_fault_of_every_line_is_named() -> None:
    found = faults(
        HEAD
        + "no-address,Айгүл,officer,150000000,,\n"
        + "a@example.kz,,king,150000000,,\n"
        + "b@example.kz,Данияр,officer,999,2027-02-30,\n"
        + "c@example.kz,Ерлан,expert,150000000,2027-02-02,2027-02-01\n"
        + "d@example.kz,Гүлнар,expert,,,\n"
        + "D@example.kz,Гүлнар,expert,,,\n"
    )
    assert [(line, column) for line, column, _message in found] == [
        *((2, "email"), (3, "name"), (3, "role"), (4, "akimat"), (4, "from")),
        *((5, "akimat"), (5, "to"), (7, "")),
    ]
    assert found[-1][2] == "The same role as in line 6."


@pytest.mark.parametrize(
    ("content", "line", "column"),
    [
        (b"", 1, "email"),
        (HEAD, 1, ""),
        ("email,name\n", 1, "role"),
        (HEAD.replace("to", "until"), 1, "to"),
        (HEAD + "a@example.kz,Айгүл\n", 2, ""),
        (HEAD + "a@example.kz,Айгүл,expert,,,,more\n", 2, ""),
        (HEAD + 'a@example.kz,"Ай"гүл,expert,,,\n', 2, ""),
        ('"email,name\n', 1, ""),
        (HEAD.replace("to", "to,email"), 1, "email"),
        (HEAD + f"a@{'b' * 60}.{'c' * 60}.{'d' * 60}.{'e' * 60}.{'f' * 60}.kz,Айгүл,expert,,,\n", 2, "email"),
        (HEAD + "a@example.kz,Ай\0гүл,expert,,,\n", 2, "name"),
        (HEAD + "\n\na@example.kz,Айгүл,king,,,\n", 4, "role"),
        (HEAD + "a@example.kz,Айгүл,expert,,0001-01-01,\n", 2, "from"),
        (HEAD + "a@example.kz,Айгүл,expert,,,9999-12-31\n", 2, "to"),
        (HEAD.encode() + b"a@example.kz,\xc0\xe9,expert,,,\n", 2, ""),
        (HEAD.encode("utf-16"), 1, ""),
        (b"x" * 2_000_001, 1, ""),
    ],
)
def test_what_is_no_such_file_is_refused_with_its_place(content: str | bytes, line: int, column: str) -> None:
    assert (line, column) in [(fault[0], fault[1]) for fault in faults(content)]


@pytest.mark.parametrize("sign", [",", ";", "\t"])
def test_files_of_spreadsheets_are_read_as_they_come(sign: str) -> None:
    text = "\ufeff" + (HEAD + f"{NEW},Айгүл,officer,{MIDDLE},2027-01-01,2027-01-31\n").replace(",", sign)
    (line,) = read(text.replace("\n", "\r\n").encode(), jurisdiction=Jurisdiction.objects.get())
    # Days by the clock of Kazakhstan, UTC+5; the last is included.
    assert line.wanted.valid_from == datetime(2026, 12, 31, 19, tzinfo=UTC)
    assert line.wanted.valid_to == datetime(2027, 1, 31, 19, tzinfo=UTC)


def written(tmp_path: Path, text: str) -> Path:
    file = tmp_path / "officers.csv"
    file.write_text(text, encoding="utf-8")
    return file


def test_the_command_invites_and_says_how_many(tmp_path: Path, mailbox: Mailbox) -> None:
    lines = f"{NEW},Айгүл,officer,{MIDDLE},,\n{NEW},Айгүл,officer,{EAST},,\nb@example.kz,Ерлан,expert,,,\n"
    said = StringIO()
    call_command("invite_officers", written(tmp_path, HEAD + lines), "--language", "en", stdout=said)
    assert said.getvalue() == "Invited 2 people to 3 roles.\n"
    first, second = mailbox.deliver()
    assert f"Akimat of {MIDDLE}" in first
    assert f"Akimat of {EAST}" in first
    assert "expert" in second


def test_the_command_does_nothing_half(tmp_path: Path, mailbox: Mailbox) -> None:
    said = StringIO()
    with pytest.raises(CommandError, match="nobody was invited: 1 faults"):
        call_command(
            "invite_officers",
            written(tmp_path, f"{HEAD}{NEW},Айгүл,expert,,,\nb@example.kz,Ерлан,king,,,\n"),
            stderr=said,
        )
    assert said.getvalue().startswith("line 3, role: The role must be one of: officer, expert")
    assert not Invitation.objects.exists()
    assert mailbox.deliver() == []


def test_the_invited_sets_password_and_second_factor_and_has_the_role(
    client: Client, mailbox: Mailbox, tmp_path: Path
) -> None:
    file = written(tmp_path, f"{HEAD}{NEW},Айгүл,officer,{MIDDLE},,\n")
    call_command("invite_officers", file, stdout=StringIO())
    link = mailbox.link()
    assert "Айгүл" in client.get(link).content.decode()
    assert client.post(link, {"password1": "short"}).status_code == 400
    assert not RoleGrant.objects.exists()

    assert client.post(link, {"password1": PASSWORD})["Location"] == "/account/"
    assert client.get("/account/")["Location"] == "/account/second-factor/activate/"
    set_up_second_factor(client)
    assert "Айгүл" in client.get("/account/").content.decode()

    held = RoleGrant.objects.get()
    assert (held.user.email, held.role, held.granted_by) == (NEW, "officer", None)
    assert held.akimat == akimat(MIDDLE)
    assert Pending.objects.filter(event="role.granted").count() == 1
    assert Client().get(link).status_code == 410


def test_who_is_staff_already_accepts_signed_in_and_keeps_the_password(client: Client) -> None:
    user = staff_in_browser(client, Role.EXPERT)
    wanted = [Wanted(Role.MONITOR)]
    invitation = invite(
        email=str(user.email), name="x", roles=wanted, language="kk", at=timezone.now(), by=None
    )
    from_mail = Client()
    link = f"/account/invitation/{token_of(invitation)}/"
    assert "password1" not in from_mail.get(link).content.decode()
    assert from_mail.post(link, {"password1": "another long pass phrase"}).status_code == 410
    assert user.grants.count() == 1

    assert client.post(link)["Location"] == "/account/"
    assert set(user.grants.values_list("role", flat=True)) == {"expert", "monitor"}
    user.refresh_from_db()
    assert user.check_password(PASSWORD)


def token_of(invitation: Invitation) -> str:
    return new_token(invitation)


def test_a_citizen_who_is_invited_becomes_staff_with_the_same_account(client: Client) -> None:
    user = person(NEW)
    invitation = invite(
        email=NEW, name="Айгүл", roles=[Wanted(Role.PLANNER)], language="kk", at=timezone.now(), by=None
    )
    client.post(f"/account/invitation/{token_of(invitation)}/", {"password1": PASSWORD})
    assert RoleGrant.objects.get().user == user


def test_an_invitation_runs_out_and_can_be_cancelled(client: Client, mailbox: Mailbox) -> None:
    now = timezone.now()
    old = invite(email=NEW, name="x", roles=[], language="kk", at=now - timedelta(days=7), by=None)
    assert client.post(f"/account/invitation/{token_of(old)}/", {"password1": PASSWORD}).status_code == 410
    assert not User.objects.filter(email=NEW).exists()

    staff_in_browser(client, Role.ADMINISTRATOR)
    fresh = invite(email=NEW, name="x", roles=[], language="kk", at=now, by=None)
    token = token_of(fresh)
    client.post(f"/account/people/invitations/{fresh.pk}/cancel/")
    assert Client().get(f"/account/invitation/{token}/").status_code == 410


def test_an_administrator_invites_by_form_and_by_file_and_sees_the_faults(
    client: Client, mailbox: Mailbox
) -> None:
    chief = staff_in_browser(client, Role.ADMINISTRATOR)
    english = {"accept-language": "en"}
    form = {"email": NEW, "name": "Айгүл", "role": "officer", "akimat": "", "from": "", "to": ""}
    refused = client.post("/account/people/invite/", form, headers=english)
    assert refused.status_code == 400
    assert "There is no akimat with this code." in refused.content.decode()
    assert f'value="{NEW}"' in refused.content.decode()
    assert client.post("/account/people/invite/", form | {"akimat": MIDDLE}).status_code == 302
    assert Invitation.objects.get().invited_by == chief

    def upload(text: str) -> str:
        file = SimpleUploadedFile("officers.csv", text.encode())
        answer = client.post("/account/people/invite-many/", {"file": file}, headers=english)
        return answer.content.decode()

    assert "Line 2</li>" not in upload(f"{HEAD}b@example.kz,Ерлан,king,,,\n")
    assert "The role must be one of" in upload(f"{HEAD}b@example.kz,Ерлан,king,,,\n")
    assert upload(f"{HEAD}b@example.kz,Ерлан,expert,,,\n") == ""
    assert "b@example.kz" in client.get("/account/people/").content.decode()
    assert client.post("/account/people/invite-many/", headers=english).status_code == 400
    assert len(mailbox.deliver()) == 2


def test_a_role_is_ended_on_the_page(client: Client) -> None:
    staff_in_browser(client, Role.ADMINISTRATOR)
    held = RoleGrant.objects.create(
        user=person(NEW), role=Role.EXPERT, valid_from=timezone.now(), granted_at=timezone.now()
    )
    client.post(f"/account/people/roles/{held.pk}/end/")
    assert not RoleGrant.objects.in_force(timezone.now()).filter(pk=held.pk).exists()
    assert client.post(f"/account/people/roles/{held.pk}/end/").status_code == 400


def test_a_renewed_sign_in_takes_everything_away_but_the_roles(client: Client, mailbox: Mailbox) -> None:
    lost = Client()
    officer = staff_in_browser(lost, Role.OFFICER)
    staff_in_browser(client, Role.ADMINISTRATOR)
    client.post(f"/account/people/{officer.pk}/renew/")

    assert lost.get("/account/")["Location"].startswith("/account/login/")
    assert give_password(Client(), officer).status_code == 200
    link = mailbox.link()
    lost.post(link, {"password1": "another long pass phrase"})
    set_up_second_factor(lost)
    assert lost.get("/account/").status_code == 200
    assert officer.grants.count() == 1


def test_whoever_has_two_roles_can_have_the_sign_in_renewed_too(client: Client) -> None:
    staff_in_browser(client, Role.ADMINISTRATOR)
    officer = person_with(Role.OFFICER)
    RoleGrant.objects.create(user=officer, role=Role.MONITOR, valid_from=BEGINNING, granted_at=BEGINNING)
    assert client.post(f"/account/people/{officer.pk}/renew/").status_code == 302
    assert Invitation.objects.get().email == officer.email


def test_a_name_copied_from_a_table_keeps_its_words() -> None:
    content = f"{HEAD}a@example.kz,Айгүл\u00a0Серікқызы,expert,,,\n".encode()
    (line,) = read(content, jurisdiction=Jurisdiction.objects.get())
    assert line.name == "Айгүл Серікқызы"

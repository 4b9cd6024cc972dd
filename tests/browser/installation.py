"""What `make run` does to an empty database, but for the features. Run with DATABASE_URL set."""

import django
from django.core.management import call_command


def main() -> None:
    django.setup()
    for command in ("migrate", "load_categories", "load_regions", "compile_translations"):
        call_command(command, verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)


if __name__ == "__main__":
    main()

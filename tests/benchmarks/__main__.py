"""The benchmarks, all or those named: ``python -m tests.benchmarks [load_layer] [tiles] …``.

Options go to the one that is named before them: ``snapshot --rows 100000``.
"""

import subprocess
import sys

BENCHMARKS = ("load_layer", "tiles", "scaling", "caching", "snapshot", "evidence")


def main() -> int:
    given = sys.argv[1:]
    named = next((n for n, word in enumerate(given) if word.startswith("-")), len(given))
    names, options = given[:named] or BENCHMARKS, given[named:]
    unknown = [name for name in names if name not in BENCHMARKS]
    if options and len(names) != 1:
        print("options are of one benchmark: name it before them", file=sys.stderr)  # noqa: T201
        return 2
    if unknown:
        print(f"no benchmark {', '.join(unknown)}; there are {', '.join(BENCHMARKS)}", file=sys.stderr)  # noqa: T201
        return 2
    # A process each: what one has imported or cached is no help to the next.
    codes = [subprocess.call([sys.executable, "-m", f"tests.benchmarks.{name}", *options]) for name in names]
    return max(codes)


if __name__ == "__main__":
    sys.exit(main())

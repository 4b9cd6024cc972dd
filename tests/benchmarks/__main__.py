"""The benchmarks, all or those named: ``python -m tests.benchmarks [load_layer] [tiles] …``."""

import subprocess
import sys

BENCHMARKS = ("load_layer", "tiles", "scaling", "caching")


def main() -> int:
    names = sys.argv[1:] or BENCHMARKS
    unknown = [name for name in names if name not in BENCHMARKS]
    if unknown:
        print(f"no benchmark {', '.join(unknown)}; there are {', '.join(BENCHMARKS)}", file=sys.stderr)  # noqa: T201
        return 2
    # A process each: what one has imported or cached is no help to the next.
    codes = [subprocess.call([sys.executable, "-m", f"tests.benchmarks.{name}"]) for name in names]
    return max(codes)


if __name__ == "__main__":
    sys.exit(main())

"""``python -m geoportal VERB``."""

import sys

from geoportal.cli import main

sys.exit(main(sys.argv[1:]))

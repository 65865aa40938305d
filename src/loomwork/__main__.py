"""`python -m loomwork`: the command line, by the interpreter at hand. Knows no command."""

from loomwork.cli.main import main

if __name__ == "__main__":
    main()

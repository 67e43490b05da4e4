"""`python -m mockgw` is the command line."""

from mockgw.cli import main

if __name__ == "__main__":
    main(prog_name="mockgw")

"""Start the command line."""

from sportsbrain.config.cli import main

__all__ = ["main"]

if __name__ == "__main__":
    main()

"""Work for other processes: they load this without Django."""

import os


def square(number: int) -> tuple[int, int]:
    return number * number, os.getpid()


def trouble(number: int) -> int:
    message = f"no {number}"
    raise ValueError(message)


def dies(_number: int) -> int:
    os._exit(3)

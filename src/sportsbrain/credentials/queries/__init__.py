"""What is read of keys, proofs and labels."""

from .labels import LabelCard, LabelDoubt, doubted_labels, label_card, labels_between, last_serial
from .passes import InsideRow, inside_rows
from .proofs import (
    DoubledRow,
    doubled_rows,
    is_revoked,
    keys_of,
    numbers_in,
    proof_indexes,
    status_list,
    were_shown,
)

__all__ = [
    "DoubledRow",
    "InsideRow",
    "LabelCard",
    "LabelDoubt",
    "doubled_rows",
    "doubted_labels",
    "inside_rows",
    "is_revoked",
    "keys_of",
    "label_card",
    "labels_between",
    "last_serial",
    "numbers_in",
    "proof_indexes",
    "status_list",
    "were_shown",
]

"""The one door for keys, proofs and labels."""

from .keys import rotate_key
from .labels import issue_labels, look_at_label, record_label_event, sign_labels
from .passes import Passing, PassReadRow, end_holders, forget_passes, reads_of_pass, record_passes
from .proofs import (
    DOUBLED,
    Scan,
    ensure_proofs,
    issue_proofs,
    record_scans,
    revoke_proofs,
    sign_proofs,
    sign_status_list,
)

__all__ = [
    "DOUBLED",
    "PassReadRow",
    "Passing",
    "Scan",
    "end_holders",
    "ensure_proofs",
    "forget_passes",
    "issue_labels",
    "issue_proofs",
    "look_at_label",
    "reads_of_pass",
    "record_label_event",
    "record_passes",
    "record_scans",
    "revoke_proofs",
    "rotate_key",
    "sign_labels",
    "sign_proofs",
    "sign_status_list",
]

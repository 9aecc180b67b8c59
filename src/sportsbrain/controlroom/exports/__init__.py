"""What goes out of the control room: warnings as CAP, the printed pack, the log."""

from .cap import cap_xml
from .library import library_zip
from .pack import pack_pdf, print_pack

__all__ = ["cap_xml", "library_zip", "pack_pdf", "print_pack"]

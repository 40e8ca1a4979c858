"""Labels: QR codes, the paper they are printed on, and how a label is drawn for each printer."""

from backend.inventory.labels.pdf import calibration_pdf, stickers_pdf
from backend.inventory.labels.qr import QUIET, Symbol
from backend.inventory.labels.stickers import Sticker, address, device_sticker, owner_label
from backend.inventory.labels.stocks import STOCKS, Stock, UnfitStock, own_stock
from backend.inventory.labels.svg import page_svg, sticker_svg
from backend.inventory.labels.zpl import stickers_zpl

__all__ = [
    "QUIET",
    "STOCKS",
    "Sticker",
    "Stock",
    "Symbol",
    "UnfitStock",
    "address",
    "calibration_pdf",
    "device_sticker",
    "own_stock",
    "owner_label",
    "page_svg",
    "sticker_svg",
    "stickers_pdf",
    "stickers_zpl",
]

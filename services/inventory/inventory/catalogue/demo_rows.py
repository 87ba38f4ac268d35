"""The demo catalog, identical on every machine."""
# ruff: noqa: RUF001 (typographic characters are intended in texts for users)

from collections.abc import Iterator
from decimal import Decimal

from .models import Item

Category = Item.Category

_PRODUCTS: tuple[tuple[Category, str, str, tuple[tuple[str, str], ...]], ...] = (
    (
        Category.CABLES,
        "USB-C cable",
        "Braided, 100 W, 10 Gbit/s.",
        (("0.5 m", "8.90"), ("1 m", "10.90"), ("2 m", "14.50")),
    ),
    (Category.CABLES, "HDMI 2.1 cable", "Carries 8K at 60 Hz.", (("1 m", "12.00"), ("2 m", "15.00"), ("5 m", "29.00"))),
    (
        Category.CABLES,
        "Patch cable Cat 6A",
        "Shielded, halogen-free.",
        (("0.25 m", "2.90"), ("1 m", "4.20"), ("3 m", "6.80"), ("10 m", "14.90")),
    ),
    (
        Category.CABLES,
        "Power strip",
        "Surge protection, switch for each socket.",
        (("4 sockets", "22.00"), ("8 sockets", "34.00")),
    ),
    (
        Category.COMPUTERS,
        "Laptop “Fjord 14”",
        "14 inches, 1.2 kg, 14 hours on battery, repairable.",
        (("16 GB", "1149.00"), ("32 GB", "1399.00"), ("64 GB", "1899.00")),
    ),
    (
        Category.COMPUTERS,
        "Workstation “Ridge”",
        "Quiet tower with ECC memory.",
        (("8 cores", "1749.00"), ("16 cores", "2599.00"), ("32 cores", "4190.00")),
    ),
    (
        Category.COMPUTERS,
        "Mini PC “Pebble”",
        "Fanless, mounts behind a display.",
        (("8 GB", "299.00"), ("16 GB", "379.00")),
    ),
    (
        Category.COMPUTERS,
        "NVMe disk",
        "PCIe 4.0, five years’ warranty.",
        (("1 TB", "84.90"), ("2 TB", "149.90"), ("4 TB", "289.00")),
    ),
    (
        Category.COMPUTERS,
        "Docking station",
        "One cable for displays, network and power.",
        (("90 W", "169.00"), ("140 W", "219.00")),
    ),
    (
        Category.DISPLAYS,
        "Display “Horizon”",
        "IPS panel, factory calibrated, adjustable in height.",
        (
            ("24 inches", "229.00"),
            ("27 inches 4K", "449.00"),
            ("32 inches 4K", "619.00"),
            ("38 inches curved", "1099.00"),
        ),
    ),
    (Category.DISPLAYS, "Monitor arm", "Gas spring, clamp or grommet.", (("single", "89.00"), ("double", "149.00"))),
    (Category.DISPLAYS, "Projector", "For meeting rooms, 4,000 lumens.", (("Full HD", "799.00"), ("4K", "1549.00"))),
    (Category.DISPLAYS, "Webcam", "With a cover for the lens.", (("1080p", "59.00"), ("4K", "129.00"))),
    (
        Category.FURNITURE,
        "Height-adjustable desk",
        "Two motors, four memory positions.",
        (("120 × 80 cm", "429.00"), ("160 × 80 cm", "479.00"), ("200 × 100 cm", "589.00")),
    ),
    (
        Category.FURNITURE,
        "Office chair “Lumen”",
        "Adjustable lumbar support, mesh back.",
        (("grey", "389.00"), ("green", "389.00"), ("black", "379.00")),
    ),
    (
        Category.FURNITURE,
        "Drawer unit",
        "Steel, lockable, on castors.",
        (("3 drawers", "179.00"), ("5 drawers", "229.00")),
    ),
    (Category.FURNITURE, "Desk lamp", "Flicker-free, warm to cool white.", (("clamp", "64.00"), ("base", "69.00"))),
    (Category.FURNITURE, "Whiteboard", "Enamelled, magnetic.", (("90 × 60 cm", "79.00"), ("180 × 120 cm", "249.00"))),
    (
        Category.NETWORK,
        "Switch",
        "Managed, fanless up to 16 ports.",
        (("8 ports", "99.00"), ("16 ports", "189.00"), ("24 ports PoE", "389.00"), ("48 ports PoE", "749.00")),
    ),
    (
        Category.NETWORK,
        "Access point Wi-Fi 7",
        "Tri-band, powered over Ethernet.",
        (("indoor", "219.00"), ("outdoor", "329.00")),
    ),
    (
        Category.NETWORK,
        "Firewall appliance",
        "Four 2.5 Gbit ports.",
        (("small office", "549.00"), ("branch", "1290.00")),
    ),
    (
        Category.NETWORK,
        "SFP+ module",
        "10 Gbit/s.",
        (("SR multimode", "24.00"), ("LR single-mode", "39.00"), ("RJ45", "52.00")),
    ),
    (Category.NETWORK, "Wall cabinet", "19 inches, lockable glass door.", (("6 U", "89.00"), ("12 U", "139.00"))),
    (
        Category.STATIONERY,
        "Notebook",
        "Thread-bound, 192 pages, 90 g/m² paper.",
        (("A5 dotted", "9.80"), ("A5 ruled", "9.80"), ("A4 dotted", "13.40")),
    ),
    (Category.STATIONERY, "Gel pen", "Refillable, 0.5 mm.", (("blue", "1.95"), ("black", "1.95"), ("red", "1.95"))),
    (Category.STATIONERY, "Copy paper", "Recycled, 500 sheets.", (("A4", "6.20"), ("A3", "12.90"))),
    (Category.STATIONERY, "Sticky notes", "Six pads.", (("76 × 76 mm", "5.40"), ("51 × 38 mm", "3.10"))),
    (Category.STATIONERY, "Marker set", "For whiteboards, low odour.", (("4 colours", "5.90"), ("8 colours", "10.90"))),
    (
        Category.STATIONERY,
        "Label printer",
        "Thermal, prints on continuous tape.",
        (("desktop", "119.00"), ("handheld", "59.00")),
    ),
    (Category.STATIONERY, "Document folder", "Recycled cardboard, with elastic.", (("A4", "2.40"), ("A3", "4.80"))),
    (
        Category.NETWORK,
        "Uninterruptible power supply",
        "Line-interactive.",
        (("850 VA", "139.00"), ("1500 VA", "289.00")),
    ),
    (Category.FURNITURE, "Footrest", "Tilts, cork surface.", (("small", "39.00"), ("large", "49.00"))),
)
"""Category, name, description, and each variant with its price."""


def items() -> Iterator[Item]:
    """Return every item; one in nine is sold out."""
    variants = ((product, variant, price) for product in _PRODUCTS for variant, price in product[3])
    for number, ((category, name, description, _), variant, price) in enumerate(variants):
        yield Item(
            sku=f"{category.upper()[:3]}-{1001 + number}",
            name=f"{name}, {variant}",
            description=description,
            category=category,
            price=Decimal(price),
            quantity=0 if number % 9 == 4 else number * 37 % 140 + 1,
        )

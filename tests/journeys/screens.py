"""The screens on which the journeys are walked."""

PHONE, LAPTOP = {"width": 390, "height": 844}, {"width": 1280, "height": 800}
WIDE = "document.documentElement.scrollWidth > window.innerWidth"

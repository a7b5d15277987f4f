"""Names of the photographs in scikit-learn and scikit-image."""

# Only images that the wheels contain. The other images of skimage.data are downloads.
SKLEARN_IMAGES = ("china", "flower")
SKIMAGE_IMAGES = (
    "astronaut", "brick", "camera", "cell", "chelsea", "clock", "coffee", "coins",
    "grass", "gravel", "hubble_deep_field", "immunohistochemistry", "microaneurysms",
    "moon", "page", "retina", "rocket", "text",
)  # fmt: skip
IMAGE_NAMES = tuple(sorted(SKLEARN_IMAGES + SKIMAGE_IMAGES))

"""Where signals come from: drawn, photographed, recorded, or in files."""

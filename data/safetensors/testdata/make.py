"""Writes the fixture of this folder. Made with safetensors 0.8.0 and NumPy 2.4.6: python3 make.py"""
import numpy as np
from safetensors.numpy import save_file

save_file(
    {
        "R": np.arange(6, dtype="f4").reshape(2, 3) / 4,
        "cache": np.array([1e-300, -2.5, np.inf]),
        "step": np.array(12345678901, dtype="i8"),
        "none": np.zeros((0, 4), dtype="f4"),
    },
    "python.safetensors",
    metadata={"format": "1", "note": 'größe "x" <&>'},
)
save_file({"a": np.arange(3, dtype="u2")}, "uint16.safetensors")
